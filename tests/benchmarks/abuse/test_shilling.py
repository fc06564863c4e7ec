from benchmarks.abuse.shilling import main


def test_an_unknown_model_is_refused_before_anything_is_measured(capsys):
    assert main(["--recommenders", "magic"]) == 1
    assert "no recommender is called 'magic'" in capsys.readouterr().err
