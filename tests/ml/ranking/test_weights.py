import pytest

from ml.ranking import Weights


def test_the_default_is_the_agreed_composite():
    assert Weights().as_array().tolist() == [0.30, 0.10, 0.30, 0.30]


@pytest.mark.parametrize("values", [(-0.1, 1, 1, 1), (0, 0, 0, 0), (float("nan"), 1, 1, 1), (float("inf"), 1, 1, 1)])
def test_useless_weights_are_refused(values):
    with pytest.raises(ValueError, match="finite, >= 0 and not all 0"):
        Weights(*values)


def test_single_weights_may_be_zero():
    assert Weights(0, 0, 0, 2).as_array().tolist() == [0, 0, 0, 2]
