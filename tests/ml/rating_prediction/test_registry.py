import pytest

from ml.artifact import ArtifactError, write_artifact
from ml.rating_prediction import load_rating_predictor
from ml.rating_prediction.bias_predictor import BiasPredictor
from tests.ml.rating_prediction.tables import common


def test_a_predictor_is_loaded_as_the_kind_it_was(tmp_path):
    BiasPredictor(**common()).save(tmp_path / "biases")

    loaded = load_rating_predictor(tmp_path / "biases")

    assert isinstance(loaded, BiasPredictor)
    assert loaded.predict([0], [-1]).tolist() == [3.5]


@pytest.mark.parametrize("kind", ["unknown", None, 3])
def test_an_artefact_of_no_known_kind_is_refused(tmp_path, kind):
    write_artifact(tmp_path / "other", {}, {"rating_predictor": kind})

    with pytest.raises(ArtifactError, match="holds no known rating predictor"):
        load_rating_predictor(tmp_path / "other")
