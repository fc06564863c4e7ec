import numpy as np
import pytest

from ml.content.fit_text_vectors import fit_text_vectors
from ml.content.rows import SparseRows
from ml.content.terms import TermIndex
from ml.content.text_vectors import TextVectors, project

TEXTS = ["red lamp", "", "red red chair", "blue chair"]
PROJECTION = np.array([[3, 0], [0, 4]], np.float32)


def rows(*entries: dict[int, float]) -> SparseRows:
    indptr = np.concatenate([[0], np.cumsum([len(entry) for entry in entries])]).astype(np.int64)
    indices = np.array([term for entry in entries for term in entry], np.int32)
    values = np.array([value for entry in entries for value in entry.values()], np.float32)
    return SparseRows(indptr, indices, values)


def test_a_projected_row_is_the_weighted_sum_of_its_terms_directions_with_length_one():
    vectors = project(rows({0: 1.0}, {}, {0: 1.0, 1: 1.0}, {}), PROJECTION)

    assert vectors.tolist() == np.array([[1, 0], [0, 0], [0.6, 0.8], [0, 0]], np.float32).tolist()


def test_rows_beyond_one_block_are_projected_too(monkeypatch):
    monkeypatch.setattr("ml.content.text_vectors.TEXTS_PER_BLOCK", 2)

    assert project(rows({0: 1}, {}, {}, {1: 2}, {1: 1}), PROJECTION).argmax(axis=1).tolist() == [0, 0, 0, 1, 1]


def test_encoding_a_text_again_gives_its_vector():
    fitted = fit_text_vectors(TEXTS)

    assert np.allclose(fitted.encode(TEXTS), fitted.vectors, atol=1e-6)
    assert fitted.encode(TEXTS).dtype == np.float32


def test_unknown_words_give_the_zero_vector():
    fitted = fit_text_vectors(TEXTS)

    assert fitted.encode(["", "unheard of"]).tolist() == np.zeros((2, 64)).tolist()
    assert fitted.encode([]).shape == (0, 64)


def test_what_was_stored_encodes_the_same():
    fitted = fit_text_vectors(TEXTS, n_dimensions=3)
    arrays = fitted.to_arrays("title_")

    again = TextVectors.from_arrays(arrays, "title_")

    assert sorted(arrays) == ["title_idf", "title_projection", "title_terms", "title_vectors"]
    assert again.encode(["red chair"]).tolist() == fitted.encode(["red chair"]).tolist()
    assert again.vectors.tolist() == fitted.vectors.tolist()


def test_a_missing_part_is_named():
    with pytest.raises(KeyError, match="text_idf"):
        TextVectors.from_arrays({"text_terms": np.array([b"lamp"])})


def test_parts_that_do_not_fit_are_refused():
    terms = TermIndex.without_items(np.array([b"lamp"]), np.ones(1, np.float32))

    with pytest.raises(ValueError, match=r"expected projection \[1, d\] .* got \(2, 2\) and \(0, 2\)"):
        TextVectors(terms, PROJECTION, np.zeros((0, 2), np.float32))
