"""Behaviour in a database of its own: the same tests, with the log away from the shop.

A second SQLite file stands for any other database: no joins, no shared transaction, two commits.
"""

import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
TESTS = (
    "lists/test_fallbacks.py",
    "lists/test_recommending.py",
    "shoppers/test_segments.py",
    "behaviour/services/test_interactions.py",
    "shoppers/test_visitors.py",
    "test_receivers.py",
    "learning/test_refresh.py",
    "learning/test_segments.py",
    "learning/test_sweep.py",
)


def test_everything_works_there_too(tmp_path):
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *(str(FOLDER / name) for name in TESTS)],
        capture_output=True,
        text=True,
        check=False,
        cwd=FOLDER.parents[1],
        env=os.environ | {"BEHAVIOUR_DATABASE_URL": f"sqlite:///{tmp_path / 'behaviour.sqlite3'}"},
        timeout=300,
    )

    assert result.returncode == 0, result.stdout[-3000:]
