"""Every test has model versions, a serving handle and a broker state of its own."""

import pytest

from recommendations import serving
from recommendations.services import nudges


@pytest.fixture(autouse=True)
def _own_models(settings, tmp_path, monkeypatch):
    settings.MODEL_DIR = tmp_path / "models"
    monkeypatch.setattr(serving, "_handle", serving.ServingHandle())
    monkeypatch.setattr(serving, "SECONDS_BETWEEN_LOOKS", 0.0)
    monkeypatch.setattr(nudges, "_broker", nudges.BrokerState())


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """`with committed():` runs what was asked for on commit when the block ends, tasks included."""
    return lambda: django_capture_on_commit_callbacks(execute=True)
