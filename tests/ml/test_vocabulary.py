import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.vocabulary import Vocabulary, VocabularyError

raw_ids = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)


def test_looks_up_both_ways():
    vocabulary = Vocabulary(["b", "a"])

    assert vocabulary.raw_ids == ("b", "a")
    assert (vocabulary.index_of("a"), vocabulary.index_of("c")) == (1, None)
    assert vocabulary.indices_of(["a", "?", "b"]).tolist() == [1, -1, 0]
    assert vocabulary.indices_of([]).dtype == np.int32
    assert "b" in vocabulary
    assert len(vocabulary) == 2


def test_extending_appends_and_changes_no_index():
    before = Vocabulary(["b", "a"])
    after = before.extended(["c", "a", "d", "c"])

    assert after.raw_ids == ("b", "a", "c", "d")
    assert before.raw_ids == ("b", "a")
    assert before.extended(["a"]) is before


@given(st.lists(raw_ids, unique=True))
def test_array_round_trip(ids):
    array = Vocabulary(ids).to_array()

    assert array.dtype.kind == "S"
    assert array.shape == (len(ids),)
    assert Vocabulary.from_array(array) == Vocabulary(ids)


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (["a", "b", "a"], "raw id 'a' occurs at 0 and at 2"),
        ([""], "is empty or holds a NUL"),
        (["a\0"], "is empty or holds a NUL"),
        (["\ud800"], "is not valid Unicode"),
        ([7], "raw id 7 is int, expected text"),
    ],
)
def test_refuses(ids, message):
    with pytest.raises(VocabularyError, match=message):
        Vocabulary(ids)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.array(["a"]), "expected a byte-string array"),
        (np.array([[b"a"]]), r"with one axis, got \|S1 \(1, 1\)"),
        (np.array([b"\xff"]), "not UTF-8"),
    ],
)
def test_refuses_a_foreign_array(array, message):
    with pytest.raises(VocabularyError, match=message):
        Vocabulary.from_array(array)
