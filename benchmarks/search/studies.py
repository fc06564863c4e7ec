"""Optuna studies that can be stopped at any moment and continue with the same trials."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.distributions import distribution_to_json
from optuna.samplers import TPESampler
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState

from benchmarks.search.ranking_task import Direction
from benchmarks.search.spaces import Space

ERROR = "error"
DEFAULTS = "value_with_defaults"


def study_name(model: str, dataset: str, space: Space, *identity: str) -> str:
    """Return MODEL-DATASET-HASH, with a hash of the space and of `identity`."""
    declared = {name: distribution_to_json(distribution) for name, distribution in sorted(space.items())}
    digest = hashlib.sha256(json.dumps([declared, *identity]).encode()).hexdigest()
    return f"{model}-{dataset}-{digest[:8]}".replace(":", "")


class Search:
    """One study, stored line by line in FOLDER/NAME.journal.

    The next settings depend on the seed and the trials that ended before. So a search that was stopped and continued
    tries the same settings as an uninterrupted one.
    """

    def __init__(self, directory: Path, name: str, space: Space, direction: Direction, *, seed: int) -> None:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        directory.mkdir(parents=True, exist_ok=True)
        storage = JournalStorage(JournalFileBackend(str(directory / f"{name}.journal")))
        self._study = optuna.create_study(storage=storage, study_name=name, direction=direction, load_if_exists=True)
        self.name = name
        self._space = dict(space)
        self._seed = seed
        for trial in self._study.get_trials(deepcopy=False, states=(TrialState.RUNNING, TrialState.WAITING)):
            self._study.tell(trial.number, state=TrialState.FAIL)  # left behind by a search that was killed

    @property
    def ended(self) -> list[FrozenTrial]:
        """Trials that ended with a value or an error; not those that were stopped from outside."""
        trials = self._study.get_trials(deepcopy=False)
        return [trial for trial in trials if trial.state == TrialState.COMPLETE or ERROR in trial.user_attrs]

    @property
    def best(self) -> FrozenTrial | None:
        """The trial with the best value, None when no trial has one."""
        has_value = any(trial.state == TrialState.COMPLETE for trial in self.ended)
        return self._study.best_trial if has_value else None

    @property
    def value_with_defaults(self) -> float | None:
        """The value of the defaults, None when it has not been measured."""
        return self._study.user_attrs.get(DEFAULTS)

    def keep_value_with_defaults(self, value: float | None) -> None:
        """Store the value of the defaults."""
        self._study.set_user_attr(DEFAULTS, value)

    def ask(self) -> tuple[optuna.Trial, Mapping[str, Any]]:
        """Return the next trial and the settings it is to try."""
        state = np.random.SeedSequence([self._seed, len(self.ended)]).generate_state(1)
        self._study.sampler = TPESampler(seed=int(state[0]))
        trial = self._study.ask(self._space)
        return trial, trial.params

    def tell(self, trial: optuna.Trial, value: float | None, error: str | None = None) -> None:
        """End a trial with its value, with an error, or with neither when it was stopped from outside."""
        if error is not None:
            trial.set_user_attr(ERROR, error)
        if value is None:
            self._study.tell(trial, state=TrialState.FAIL, skip_if_finished=True)
        else:
            self._study.tell(trial, value, skip_if_finished=True)
