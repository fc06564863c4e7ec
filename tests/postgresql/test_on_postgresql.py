"""The shop on a real PostgreSQL server: its race tests, and those of search, services, API and segments once more."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services_postgres import postgres_server

ROOT = Path(__file__).resolve().parents[2]
REPEATED = [
    *(f"tests/shop/{room}" for room in ("search", "cart", "catalogue", "imports", "opinions", "orders", "api")),
    *("tests/recommendations/admin/test_segments.py", "tests/recommendations/admin/test_versions.py"),
    *("tests/recommendations/shoppers/test_segments.py", "tests/recommendations/learning/test_segments.py"),
]


@pytest.mark.postgresql
def test_the_shop_on_postgresql():
    with postgres_server() as address:
        result = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header",
             "-p", "tests.with_database", "tests/postgresql/inside", *REPEATED],
            cwd=ROOT, env=os.environ | {"DATABASE_URL": address}, capture_output=True, text=True, timeout=1_500,
        )  # fmt: skip

    assert result.returncode == 0, result.stdout + result.stderr
    assert " skipped" not in result.stdout.splitlines()[-1]
