import pytest

from benchmarks.measuring.options import OptionError, known_names, names_in


def test_names_are_separated_by_commas_and_come_once():
    assert names_in(" dmf, ease,,dmf ") == ["dmf", "ease"]
    assert names_in(None) == names_in("") == []


def test_only_known_names_pass():
    assert known_names(["ease"], ("dmf", "ease"), "recommender") == ["ease"]
    with pytest.raises(OptionError, match="no recommender is called 'none'; there are dmf, ease"):
        known_names(["ease", "none"], ("dmf", "ease"), "recommender")
