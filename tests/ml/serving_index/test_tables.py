from dataclasses import fields, replace

import numpy as np
import pytest

from ml.artifact import read_artifact, write_artifact
from ml.content.placement import Placement
from ml.serving_index import ServingIndex
from ml.serving_index.seasons import Seasons
from ml.serving_index.tables import COLUMNS, IndexTables, ServingIndexError, encode_raw_ids, sorting_order
from tests.ml.small_index import floats, ints, small_index, summing_tower


@pytest.fixture
def index() -> ServingIndex:
    return small_index(
        [[1, 0], [0, 1], [0.6, 0.8]],
        documents=["red lamp", "chair", "blue lamp"],
        categories=["a", "b", None],
        stars=np.array([0.0, 2.0, 9.0]),
        trending_weights=np.array([3.0, 0.0, 1.0]),
    )


def test_every_column_is_listed_with_its_type():
    assert set(COLUMNS) | {"terms", "user_tower", "placement", "seasons", "inverted_file"} == {
        field.name for field in fields(IndexTables)
    }


def test_an_artefact_gives_the_same_index_back_mapped_not_copied(index, tmp_path):
    write_artifact(tmp_path / "v1", index.to_arrays(), {})
    stored = read_artifact(tmp_path / "v1").arrays

    again = ServingIndex.from_arrays(stored)

    again.check_values()
    for name in COLUMNS:
        assert getattr(again, name).tolist() == getattr(index, name).tolist(), name
    assert np.shares_memory(again.item_vectors, stored["item_vectors"])
    assert np.shares_memory(again.terms.rows.values, stored["terms_row_values"])
    assert again.user_tower.vector([0], [1.0]).tolist() == [1.0, 0.0]
    assert not again.item_vectors.flags.writeable


def test_a_version_from_before_placements_still_serves(index):
    arrays = {name: array for name, array in index.to_arrays().items() if not name.startswith("placement_")}

    again = ServingIndex.from_arrays(arrays)

    assert again.placement.shape == (4, 2, 2)
    assert again.item_vectors.tolist() == index.item_vectors.tolist()


def test_a_placement_of_another_size_is_refused(index):
    with pytest.raises(ServingIndexError, match=r"placement has shape \(4, 2, 3\), expected \(4, 2, 2\)"):
        replace(index, placement=Placement.zero(4, 2, 3))


def test_a_version_from_before_seasons_serves_without(index):
    arrays = {name: array for name, array in index.to_arrays().items() if not name.startswith("seasons_")}

    again = ServingIndex.from_arrays(arrays)

    again.check_values()
    assert again.seasons.months.tolist() == [[1.0] * 12] * 3
    assert again.seasons.hours.tolist() == [[1.0] * 48] * 3


def test_seasons_of_another_size_or_out_of_range_are_refused(index):
    with pytest.raises(ServingIndexError, match="seasons are of 3 categories, expected 2"):
        replace(index, seasons=Seasons.none(3))
    wild = Seasons.none(2)
    wild.hours[1, 5] = 2.5
    with pytest.raises(ValueError, match=r"hours has factors outside 0.5 to 2.0"):
        replace(index, seasons=wild).check_values()


def test_a_missing_array_is_named(index):
    arrays = index.to_arrays()
    del arrays["popular_order"]

    with pytest.raises(ServingIndexError, match="the artefact lacks the array 'popular_order'"):
        ServingIndex.from_arrays(arrays)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"popularity": floats(1, 2)}, r"popularity has shape \(2,\), expected \(3,\)"),
        ({"trending": np.zeros(3)}, r"trending is float64 \(3,\), expected float32 with 1 axes"),
        ({"item_vectors": np.zeros((3, 3), np.float32)}, "gives 2 dimensions, expected at most 3 items and 3 dim"),
        ({"neighbours": ints(0, 1, 2)}, r"neighbours is int32 \(3,\), expected int32 with 2 axes"),
        ({"similarities": np.zeros((3, 4), np.float32)}, r"similarities has shape \(3, 4\), expected \(3, 0\)"),
        ({"raw_ids": ints(1, 2, 3)}, r"raw_ids is int32 \(3,\), expected S"),
        ({"category_indptr": np.zeros(2, np.int64)}, r"category_indptr has shape \(2,\), expected \(3,\)"),
        ({"category_parent": ints(1, 0)}, "form a loop"),
        ({"user_tower": summing_tower(np.eye(4, 2, dtype=np.float32))}, "user tower reads 4 items"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(index, changes, message):
    with pytest.raises(ServingIndexError, match=message):
        replace(index, **changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"popularity": floats(0, 2, 1)}, "popularity has values outside 0 to 1"),
        ({"trending": floats(0, np.nan, 1)}, "trending has values outside 0 to 1"),
        ({"popular_order": ints(0, 1, 2)}, "popular_order does not list every item once, highest first"),
        ({"trending_order": ints(0, 2, 2)}, "trending_order does not list every item once"),
        ({"item_vectors": np.full((3, 2), 2, np.float32)}, "item_vectors has rows longer than 1"),
        ({"item_category": ints(0, 1, 2)}, "item_category holds 0 to 2, expected -1 to 1"),
        ({"bought_with": np.full((3, 20), 3, np.int32)}, "bought_with holds 3 to 3, expected -1 to 2"),
        ({"id_order": np.array([0, 2, 1])}, "raw ids repeat, or their order does not sort them"),
    ],
)
def test_values_out_of_range_are_found(index, changes, message):
    index.check_values()

    with pytest.raises(ServingIndexError, match=message):
        replace(index, **changes).check_values()


def test_raw_ids_are_stored_as_bytes_and_sorted_by_them():
    stored = encode_raw_ids(["pear", "apple", "äpfel"])

    assert stored.tolist() == [b"pear", b"apple", "äpfel".encode()]
    assert stored[sorting_order(stored)].tolist() == sorted(stored.tolist())
    assert encode_raw_ids([]).size == 0


@pytest.mark.parametrize("raw_ids", [["a", "a"], [""], ["a\0"]])
def test_ids_that_could_not_be_found_again_are_refused(raw_ids):
    with pytest.raises(ValueError, match="is empty, repeated or holds a NUL"):
        encode_raw_ids(raw_ids)
