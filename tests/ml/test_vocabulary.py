import numpy as np
import pytest

from ml.vocabulary import Vocabulary, VocabularyError


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
