import numpy as np
import pytest

from ml.content.colours_and_edges import ColoursAndEdges


def plain(red: int, green: int, blue: int) -> np.ndarray:
    return np.broadcast_to(np.array([red, green, blue], np.uint8), (64, 64, 3))


def stripes(*, upright: bool) -> np.ndarray:
    lines = np.repeat(np.arange(16) % 2 * 200, 4).astype(np.uint8)
    grey = np.broadcast_to(lines if upright else lines[:, None], (64, 64))
    return np.stack([grey] * 3, axis=-1)


def described(*pictures: np.ndarray) -> np.ndarray:
    return ColoursAndEdges().describe(np.stack(pictures))


def test_a_plain_picture_has_one_shade_per_quarter_and_no_edge():
    vector = described(plain(255, 0, 0))[0]

    # red is shade 3 of 4, green and blue shade 0: bin 3 x 16 of each quarter's 64
    assert np.flatnonzero(vector).tolist() == [48, 112, 176, 240]
    assert vector[48] == pytest.approx(0.5)


def test_colours_decide_between_plain_pictures():
    red, like_red, blue = described(plain(250, 5, 5), plain(230, 20, 20), plain(0, 0, 255))

    assert red @ like_red == pytest.approx(1)
    assert red @ blue == pytest.approx(0)


def test_upright_and_lying_stripes_share_colours_and_no_edge():
    upright, lying = described(stripes(upright=True), stripes(upright=False))

    assert upright @ lying == pytest.approx(0.5)
    # gradients across point right (direction 0) or left (direction 8), those down point down (4) or up (12)
    assert set(np.flatnonzero(upright[256:]) % 16) == {0, 8}
    assert set(np.flatnonzero(lying[256:]) % 16) == {4, 12}


def test_every_vector_has_length_one():
    vectors = described(plain(0, 0, 0), stripes(upright=True))

    assert vectors.shape == (2, 512)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1).tolist() == pytest.approx([1, 1])


def test_where_a_colour_lies_matters():
    top, bottom = np.zeros((2, 64, 64, 3), np.uint8)
    top[:32, :, 0] = bottom[32:, :, 0] = 255

    one, other, same = described(top, bottom, top)
    assert one @ other < 0.6
    assert one @ same == pytest.approx(1)
