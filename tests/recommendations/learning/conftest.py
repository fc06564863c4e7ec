"""Trainings whose sweep is left out, in modules that assert nothing of it."""

import pytest

from recommendations.learning import training


@pytest.fixture
def without_sweep(monkeypatch):
    """Let a training end without the sweep, which refreshes every profile; test_training.py has it."""
    monkeypatch.setattr(training, "catch_up", lambda: None)
