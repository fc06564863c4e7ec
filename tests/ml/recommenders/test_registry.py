import subprocess
import sys

import pytest

from ml.recommenders.base import Recommender, RecommenderError
from ml.recommenders.registry import recommender_class, recommender_names


def test_every_name_leads_to_a_recommender():
    assert {"popularity", "item_knn"} <= set(recommender_names())
    for name in recommender_names():
        assert issubclass(recommender_class(name), Recommender)


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(RecommenderError, match="no recommender is called 'x'; there are popularity, item_knn"):
        recommender_class("x")


def test_the_registry_does_not_load_tensorflow():
    script = "import sys, ml.recommenders.registry; print('tensorflow' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert result.stdout.strip() == "False"
