from tests.ml.rating.conversion import assert_predictor_agrees


def test_the_network_and_its_predictor_agree():
    assert_predictor_agrees("dmf_regressor")
