from tests.ml.rating.conversion import assert_predictor_agrees


def test_the_network_with_texts_and_pictures_and_its_predictor_agree():
    assert_predictor_agrees("hybrid_content")
