import numpy as np
import pytest

from ml.content.fit_terms import fit_terms
from ml.content.fit_text_vectors import fit_projection, fit_text_vectors

GUITARS = ["steel guitar string", "guitar string set", "nylon guitar string", "string set steel"]
DRUMS = ["snare drum stick", "drum stick maple", "snare drum head", "drum head maple"]


def test_texts_on_one_subject_lie_together_and_apart_from_another():
    vectors = fit_text_vectors(GUITARS + DRUMS, n_dimensions=2).vectors
    cosines = vectors @ vectors.T

    assert vectors.shape == (8, 2)
    assert cosines[:4, :4].min() > 0.99
    assert cosines[4:, 4:].min() > 0.99
    assert np.abs(cosines[:4, 4:]).max() < 0.01


def test_two_words_that_never_meet_are_alike_through_their_company():
    fitted = fit_text_vectors(GUITARS + DRUMS, n_dimensions=2)
    steel, nylon, maple = fitted.encode(["steel", "nylon", "maple"])

    assert steel @ nylon > 0.99
    assert abs(steel @ maple) < 0.01


def test_rows_have_length_one_or_zero():
    lengths = np.linalg.norm(fit_text_vectors([*GUITARS, "", "of the"]).vectors, axis=1)

    assert lengths.tolist() == pytest.approx([1, 1, 1, 1, 0, 0])


def test_fewer_directions_than_asked_for_leave_zero_columns():
    fitted = fit_text_vectors(["red lamp", "red lamp", "blue chair"])  # two different texts: two directions

    assert fitted.vectors.shape == (3, 64)
    assert fitted.vectors.any(axis=0).sum() == 2
    assert not fitted.projection[:, 2:].any()
    assert fitted.vectors[0] @ fitted.vectors[1] == pytest.approx(1)
    assert fitted.vectors[0] @ fitted.vectors[2] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("texts", [[], ["", "the of"]], ids=["no texts", "no words"])
def test_without_words_all_vectors_are_zero(texts):
    fitted = fit_text_vectors(texts)

    assert fitted.vectors.tolist() == np.zeros((len(texts), 64)).tolist()
    assert fitted.encode(["lamp"]).tolist() == np.zeros((1, 64)).tolist()


def test_the_same_seed_gives_the_same_vectors():
    again = [fit_text_vectors(GUITARS + DRUMS, n_dimensions=3, seed=4).vectors.tolist() for _ in range(2)]

    assert again[0] == again[1]


def test_the_directions_are_orthonormal():
    directions = fit_projection(fit_terms(GUITARS + DRUMS), n_dimensions=3)

    assert np.allclose(directions.T @ directions, np.eye(3), atol=1e-5)


def test_a_useless_number_of_dimensions_is_refused():
    with pytest.raises(ValueError, match="n_dimensions is 0"):
        fit_text_vectors(GUITARS, n_dimensions=0)
