import math

import numpy as np
import pytest

from ml.content.fit_terms import fit_terms
from ml.content.rows import SparseRows
from ml.content.terms import LONGEST_ROW, TermIndex, find_sorted, tokenize


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Wireless Head-Phones, with a MIC!", ["wireless", "head", "phone", "mic"]),
        ("headphones headphone", ["headphone", "headphone"]),
        ("batteries watches boxes glasses cases shoes", ["battery", "watch", "box", "glass", "case", "shoe"]),
        ("bus gas is less", ["bus", "gas", "less"]),
        ("Café CRÈME straße ﬁne ２０ km", ["cafe", "creme", "strasse", "fine", "20", "km"]),
        ("usb_c 4k x", ["usb", "4k"]),
        ("the and of", []),
        ("", []),
        ("' OR 1=1; -- \0 \x07 %$#", []),
        ("x" * 41 + " " + "y" * 40, ["y" * 40]),
        ("наушники 耳机", ["наушники", "耳机"]),
    ],
)
def test_tokenize(text, terms):
    assert tokenize(text) == terms


def test_only_the_beginning_of_a_huge_text_is_read():
    assert len(tokenize("lamp " * 10_000)) == 4_000


@pytest.fixture
def terms() -> TermIndex:
    return fit_terms(["red lamp", "red red chair", "blue chair"])


def test_terms_are_found_by_their_text(terms):
    assert terms.indices_of(["chair", "green", "red", "blue", "", "chairs that are too long"]).tolist() == [
        1, -1, 3, 0, -1, -1,
    ]  # fmt: skip
    assert terms.words_of(np.array([3, 0])) == ("red", "blue")


def test_a_longer_word_is_not_taken_for_the_stored_one_it_begins_with(terms):
    assert terms.indices_of(["chairwoman"]).tolist() == [-1]


def test_vectorise_is_log_frequency_times_idf_at_unit_length(terms):
    idf = math.log(4 / 3) + 1  # both terms are in two of three documents
    red, chair = (1 + math.log(2)) * idf, idf
    length = math.hypot(red, chair)

    indices, weights = terms.vectorise("The RED chair is red. Unknown word.")

    assert indices.tolist() == [1, 3]
    assert weights.tolist() == pytest.approx([chair / length, red / length], abs=1e-6)
    assert (indices.dtype, weights.dtype) == (np.int32, np.float32)


def test_vectorise_of_unknown_words_is_empty(terms):
    indices, weights = terms.vectorise("nothing known")

    assert (indices.size, weights.size) == (0, 0)


def test_vectorise_all_gives_each_text_what_it_gets_alone(terms):
    rows = terms.vectorise_all([{"lamp": 1, "red": 2}, {}, {"blue": 1, "unknown": 3}])

    assert rows.indptr.tolist() == [0, 2, 2, 3]
    assert rows.values[:2].tolist() == terms.vectorise("lamp red red")[1].tolist()
    assert rows.indices[2:].tolist() == [0]
    assert len(terms.vectorise_all([])) == 0


def test_of_a_long_text_the_heaviest_terms_are_kept():
    words = [f"w{number}" for number in range(LONGEST_ROW + 10)]
    terms = fit_terms([" ".join(words), " ".join(words[:20])])

    indices, weights = terms.vectorise(" ".join(words))

    assert indices.size == LONGEST_ROW
    assert set(terms.words_of(indices)) >= set(words[20:])  # the rarer ones weigh more
    assert float((weights**2).sum()) == pytest.approx(1.0)


def test_arrays_survive_the_round_trip(terms):
    again = TermIndex.from_arrays(terms.to_arrays())

    assert again.terms.tolist() == terms.terms.tolist()
    assert again.vectorise("red lamp")[1].tolist() == terms.vectorise("red lamp")[1].tolist()
    assert again.postings.indices.tolist() == terms.postings.indices.tolist()


def test_an_index_without_terms_finds_nothing():
    empty = fit_terms([])

    assert empty.indices_of(["red"]).tolist() == [-1]
    assert empty.vectorise("red")[0].size == 0


def test_parts_that_do_not_fit_are_refused(terms):
    with pytest.raises(ValueError, match=r"postings of 4 terms and 6 entries, got 3 and 6"):
        TermIndex(
            terms.terms,
            terms.idf,
            terms.rows,
            SparseRows(np.array([0, 1, 1, 6]), terms.rows.indices, terms.rows.values),
        )
    with pytest.raises(ValueError, match="expected terms S"):
        TermIndex(terms.terms, terms.idf[:2], terms.rows, terms.postings)


RAW = np.array([text.encode() for text in ("pear", "apple", "fig", "äpfel")])
ORDER = np.argsort(RAW)


def test_texts_are_found_where_they_are():
    assert find_sorted(RAW, ["fig", "äpfel", "kiwi", "apple", "pear"], ORDER).tolist() == [2, 3, -1, 1, 0]
    assert find_sorted(RAW[ORDER], ["fig", "kiwi", "apple"]).tolist() == [1, -1, 0]


@pytest.mark.parametrize("text", ["", "pears", "a very long id that no product has", "appl", "äpfelbaum", "\ud800"])
def test_strange_texts_are_unknown(text):
    assert find_sorted(RAW, [text], ORDER).tolist() == [-1]


def test_an_empty_table_knows_nothing():
    assert find_sorted(RAW[:0], ["x"], ORDER[:0]).tolist() == [-1]
    assert find_sorted(RAW[:0], [], ORDER[:0]).tolist() == []
