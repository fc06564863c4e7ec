"""The architecture as tests: import contracts, and what the web process must never load."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("tensorflow", "keras", "sklearn", "pandas", "matplotlib")
WEB_PROCESS = """
import sys
import config.wsgi
from django.urls import get_resolver
from importlib import import_module

get_resolver().url_patterns
for module in ("recommendations.tasks", "recommendations.templatetags.recommendations", "config.celery"):
    import_module(module)
print(",".join(name for name in {heavy!r} if name in sys.modules))
"""

REALTIME_WORKER = """
import sys
from importlib import import_module
import django

django.setup()
for module in ("recommendations.tasks", "recommendations.learning.refresh", "recommendations.learning.indexing",
               "recommendations.learning.sweep"):
    import_module(module)
print(",".join(name for name in {heavy!r} if name in sys.modules))
"""


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ | environment, timeout=600
    )


def test_import_contracts_hold():
    result = run(str(Path(sys.executable).with_name("lint-imports")), "--no-cache")

    assert result.returncode == 0, result.stdout


def test_tasks_of_the_moment_load_no_heavy_package(tmp_path):
    """The first event or product of a worker process would wait most of a second for them."""
    result = run(
        sys.executable,
        "-c",
        REALTIME_WORKER.format(heavy=HEAVY),
        DJANGO_SETTINGS_MODULE="config.settings.dev",
        DATA_DIR=str(tmp_path),
    )

    assert (result.returncode, result.stdout.strip()) == (0, ""), result.stderr


@pytest.mark.parametrize("module", ["config.settings.dev", "config.settings.production"])
def test_web_process_loads_no_heavy_package(module, tmp_path):
    result = run(
        sys.executable,
        "-c",
        WEB_PROCESS.format(heavy=HEAVY),
        DJANGO_SETTINGS_MODULE=module,
        DATA_DIR=str(tmp_path),
        SECRET_KEY="only-for-this-test",
    )

    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "", f"loaded in the web process: {result.stdout.strip()}"


def test_the_check_sees_a_heavy_package(tmp_path):
    """The test above can fail: the same script names a package that was loaded before."""
    result = run(
        sys.executable,
        "-c",
        "import sklearn\n" + WEB_PROCESS.format(heavy=HEAVY),
        DJANGO_SETTINGS_MODULE="config.settings.dev",
        DATA_DIR=str(tmp_path),
    )

    assert "sklearn" in result.stdout.strip().split(",")
