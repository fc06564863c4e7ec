import pytest

from tests.ml.rating.conversion import assert_predictor_agrees


@pytest.mark.parametrize("label", ["biased_mf", "biased_mf:tuned"], ids=["with normalisation", "without"])
def test_the_network_and_its_predictor_agree(label):
    assert_predictor_agrees(label)
