import pytest
from optuna.distributions import BaseDistribution, FloatDistribution, IntDistribution

from benchmarks.search.studies import Search, study_name

SPACE: dict[str, BaseDistribution] = {"depth": IntDistribution(1, 50), "rate": FloatDistribution(0.0, 1.0)}


def opened(folder, name="one", seed=0):
    return Search(folder, name, SPACE, "maximize", seed=seed)


def go_on(search, n_trials):
    for _ in range(n_trials):
        trial, settings = search.ask()
        search.tell(trial, settings["rate"] - abs(settings["depth"] - 20))


def tried(search):
    return [trial.params for trial in search.ended]


@pytest.fixture
def uninterrupted(tmp_path):
    search = opened(tmp_path / "whole")
    go_on(search, 14)
    return search


def test_a_search_in_pieces_tries_the_same_as_one_in_a_piece(tmp_path, uninterrupted):
    go_on(opened(tmp_path), 6)
    interrupted = opened(tmp_path)
    trial, _ = interrupted.ask()
    interrupted.tell(trial, None)
    opened(tmp_path).ask()  # killed: nobody tells what came of it
    rest = opened(tmp_path)
    go_on(rest, 8)

    assert tried(rest) == tried(uninterrupted)
    assert len(rest.ended) == 14
    assert rest.best is not None
    assert rest.best.value == uninterrupted.best.value


def test_another_seed_tries_something_else(tmp_path, uninterrupted):
    other = opened(tmp_path, seed=1)
    go_on(other, 1)

    assert tried(other)[0] != tried(uninterrupted)[0]


def test_errors_are_trials_too_but_never_the_best(tmp_path):
    search = opened(tmp_path)
    trial, _ = search.ask()
    search.tell(trial, None, "it diverged")

    assert len(search.ended) == 1
    assert search.best is None
    go_on(search, 1)
    assert search.best is not None
    assert tried(search)[0] != tried(search)[1]


def test_what_the_defaults_gave_is_kept(tmp_path):
    assert opened(tmp_path).value_with_defaults is None
    opened(tmp_path).keep_value_with_defaults(0.25)
    assert opened(tmp_path).value_with_defaults == 0.25


def test_the_name_says_what_makes_studies_different():
    name = study_name("dmf", "tiny", SPACE, "data", "rmse", "0")

    assert name.startswith("dmf-tiny-")
    assert name == study_name("dmf", "tiny", dict(reversed(SPACE.items())), "data", "rmse", "0")
    assert name != study_name("dmf", "tiny", SPACE, "other", "rmse", "0")
    assert name != study_name("dmf", "tiny", {"depth": SPACE["depth"]}, "data", "rmse", "0")
