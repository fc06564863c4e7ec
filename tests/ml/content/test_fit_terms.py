import math

import numpy as np
import pytest

from ml.content.fit_terms import fit_terms

DOCUMENTS = ["red lamp", "", "red red chair", "blue chair"]


def test_terms_are_sorted_and_weighed_by_rarity():
    terms = fit_terms(DOCUMENTS)

    assert terms.terms.tolist() == [b"blue", b"chair", b"lamp", b"red"]
    once, twice = math.log(5 / 2) + 1, math.log(5 / 3) + 1
    assert terms.idf.tolist() == pytest.approx([once, twice, once, twice])
    assert (terms.n_items, terms.n_terms) == (4, 4)


def test_every_row_is_what_vectorise_gives_for_the_document():
    terms = fit_terms(DOCUMENTS)

    for item, document in enumerate(DOCUMENTS):
        row = terms.rows.take(np.array([item]))
        indices, weights = terms.vectorise(document)
        assert row.indices.tolist() == indices.tolist()
        assert row.values.tolist() == weights.tolist()


def test_postings_are_the_rows_seen_from_the_terms():
    terms = fit_terms(DOCUMENTS)
    red = terms.postings.take(np.array([3]))

    assert red.indices.tolist() == [2, 0]  # it weighs more in "red red chair" than in "red lamp"
    assert red.values[1] == terms.rows.values[1]


def test_only_the_most_frequent_terms_are_kept():
    assert fit_terms(DOCUMENTS, max_terms=1).terms.tolist() == [b"red"]


@pytest.mark.parametrize("documents", [[], ["", "the of"]])
def test_without_words_there_are_empty_rows(documents):
    terms = fit_terms(documents)

    assert (terms.n_terms, terms.n_items) == (0, len(documents))


def test_a_useless_limit_is_refused():
    with pytest.raises(ValueError, match="max_terms is 0"):
        fit_terms(DOCUMENTS, max_terms=0)
