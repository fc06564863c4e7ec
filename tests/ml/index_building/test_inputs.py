from typing import Any

import numpy as np
import pytest

from ml.index_building import CatalogueTables
from ml.serving_index.tables import ServingIndexError
from tests.ml.small_index import ints

TWO: dict[str, Any] = {"raw_ids": ["x", "y"], "texts": ["", ""], "stars": np.zeros(2), "item_category": ints(-1, -1)}
NO_CATEGORIES: dict[str, Any] = {"category_ids": [], "category_parent": ints()}


def test_the_length_is_the_number_of_products():
    assert len(CatalogueTables(**TWO, **NO_CATEGORIES)) == 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"texts": ["only one"]}, "texts has 1 entries, expected 2"),
        ({"stars": np.zeros(3)}, "stars has 3 entries, expected 2"),
        ({"item_category": ints(0, 1, 1)}, "item_category has 3 entries, expected 2"),
    ],
)
def test_tables_of_other_lengths_are_refused(changes, message):
    with pytest.raises(ServingIndexError, match=message):
        CatalogueTables(**(TWO | NO_CATEGORIES | changes))
