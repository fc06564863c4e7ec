"""The command line ends with one line that says what to do, never with a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/shop", "check DATABASE_URL"),
        ("DATABASE_URL", "mysql://127.0.0.1/shop", "DATABASE_URL='mysql://127.0.0.1/shop' is not usable"),
        ("BEHAVIOUR_DATABASE_URL", "mongodb://127.0.0.1:1/behaviour", "check BEHAVIOUR_DATABASE_URL"),
        ("REDIS_URL", "localhost", "REDIS_URL='localhost' is not usable"),
        ("RETRAIN_AFTER_INTERACTIONS", "often", "RETRAIN_AFTER_INTERACTIONS='often' is not usable"),
    ],
)
def test_a_wrong_or_silent_server_is_named(tmp_path, variable, value, said):
    database = "behaviour" if variable == "BEHAVIOUR_DATABASE_URL" else "default"
    result = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--database", database, "--verbosity", "0"],
        cwd=ROOT,
        env=os.environ | {"DATA_DIR": str(tmp_path), variable: value, "DJANGO_SETTINGS_MODULE": "config.settings.dev"},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )

    assert result.returncode == 1
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
