"""What gunicorn.conf.py says is what a gunicorn of the shop does."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# After so many seconds without a request proxies (nginx, load balancers) and clients close a connection themselves.
LONGEST_REST_OF_OTHERS = 60


def test_whoever_starts_it_connections_rest_longer_than_clients_let_them():
    """Else a POST that is sent while the server closes its connection is lost: nobody may send it again by himself."""
    said = subprocess.run(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "--print-config"],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    ).stdout  # fmt: skip
    settings = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    settings = {name.strip(): value.strip() for name, value in settings.items()}

    assert int(settings["keepalive"]) > LONGEST_REST_OF_OTHERS
    assert settings["preload_app"] == "True"
    # Those that rest leave room for new ones.
    assert int(settings["worker_connections"]) > int(settings["threads"])
