from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.content.image_vectors import describe_images, read_picture


class MeanColour:
    """The mean red, green and blue, then zeros."""

    name = "mean-colour"
    size = 8

    def describe(self, pictures: np.ndarray) -> np.ndarray:
        assert pictures.dtype == np.uint8
        assert pictures.shape[1:] == (8, 8, 3)
        return np.pad(pictures.mean(axis=(1, 2), dtype=np.float32), ((0, 0), (0, 509)))


class Narrow(MeanColour):
    name = "narrow"

    def describe(self, pictures: np.ndarray) -> np.ndarray:
        return super().describe(pictures)[:, :3]


def saved(path: Path, colour: str, mode: str = "RGB", size: tuple[int, int] = (20, 10)) -> Path:
    Image.new(mode, size, colour).save(path)
    return path


@pytest.fixture
def cut_off(tmp_path: Path) -> Path:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    path = tmp_path / "cut.png"
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[:2000])
    return path


def test_each_file_gets_the_row_of_its_path(tmp_path):
    red, blue = saved(tmp_path / "red.png", "red"), saved(tmp_path / "blue.jpg", "blue")

    found = describe_images([blue, None, red], backbone=MeanColour())

    assert found.backbone == "mean-colour"
    assert found.vectors.dtype == np.float32
    assert found.vectors[:, :3].argmax(axis=1).tolist() == [2, 0, 0]
    assert np.linalg.norm(found.vectors, axis=1).tolist() == pytest.approx([1, 0, 1])


def test_missing_and_broken_files_give_zero_rows_and_are_counted(tmp_path, cut_off):
    (tmp_path / "text.jpg").write_text("not a picture")
    paths = [None, tmp_path / "gone.png", tmp_path, tmp_path / "text.jpg", cut_off, saved(tmp_path / "red.png", "red")]

    found = describe_images(paths)

    assert (found.n_missing, found.n_broken) == (3, 2)
    assert found.vectors.any(axis=1).tolist() == [False] * 5 + [True]


def test_without_a_backbone_colours_and_edges_are_described(tmp_path):
    found = describe_images([saved(tmp_path / "red.png", "red")])

    assert found.backbone == "colours-and-edges"
    assert found.vectors.shape == (1, 512)
    assert np.flatnonzero(found.vectors[0]).tolist() == [48, 112, 176, 240]


def test_no_pictures_give_no_rows():
    assert describe_images([]).vectors.shape == (0, 512)


def test_many_pictures_are_described_in_batches(tmp_path, monkeypatch):
    monkeypatch.setattr("ml.content.image_vectors.PICTURES_PER_BATCH", 2)
    done: list[float] = []
    red = saved(tmp_path / "red.png", "red")

    found = describe_images([red, None, red, red], backbone=MeanColour(), progress=done.append)

    assert done == [0.75, 1.0]
    assert found.vectors[:, 0].tolist() == [1, 0, 1, 1]


def test_a_backbone_of_another_width_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"narrow gave \(1, 3\), expected \(1, 512\)"):
        describe_images([saved(tmp_path / "red.png", "red")], backbone=Narrow())


def test_a_picture_with_holes_is_laid_on_white(tmp_path):
    picture = read_picture(saved(tmp_path / "clear.png", "#00000000", mode="RGBA"), 4)

    assert picture is not None
    assert picture.tolist() == np.full((4, 4, 3), 255).tolist()


def test_a_picture_is_turned_as_its_exif_says(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    upside_down = np.zeros((32, 32, 3), np.uint8)
    upside_down[:16] = 255
    Image.fromarray(upside_down).save(tmp_path / "turned.png", exif=exif)

    picture = read_picture(tmp_path / "turned.png", 32)

    assert picture is not None
    assert picture[[0, 31], 0, 0].tolist() == [0, 255]


def test_a_picture_of_too_many_pixels_is_not_decoded(tmp_path, monkeypatch):
    monkeypatch.setattr("ml.content.image_vectors.LARGEST_PICTURE", 199)

    assert read_picture(saved(tmp_path / "red.png", "red"), 8) is None
