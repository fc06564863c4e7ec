import pytest

from ml.serving_index.raw_ids import encode, find, sorting_order

RAW = ["pear", "apple", "fig", "äpfel"]


def test_ids_are_found_where_they_are():
    stored = encode(RAW)

    assert find(stored, sorting_order(stored), ["fig", "äpfel", "kiwi", "apple", "pear"]).tolist() == [2, 3, -1, 1, 0]


@pytest.mark.parametrize("wanted", ["", "pears", "a very long id that no product has", "appl", "äpfelbaum", "\ud800"])
def test_strange_ids_are_unknown(wanted):
    stored = encode(RAW)

    assert find(stored, sorting_order(stored), [wanted]).tolist() == [-1]


def test_an_empty_table_knows_nothing():
    stored = encode([])

    assert find(stored, sorting_order(stored), ["x"]).tolist() == [-1]
    assert find(stored, sorting_order(stored), []).tolist() == []


@pytest.mark.parametrize("raw_ids", [["a", "a"], [""], ["a\0"]])
def test_ids_that_could_not_be_found_again_are_refused(raw_ids):
    with pytest.raises(ValueError, match="is empty, repeated or holds a NUL"):
        encode(raw_ids)
