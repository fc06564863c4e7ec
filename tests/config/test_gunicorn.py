"""gunicorn follows gunicorn.conf.py."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.waiting import eventually
from tests.programs import free_port

ROOT = Path(__file__).resolve().parents[2]
# After so many seconds without a request proxies (nginx, load balancers) and clients close a connection themselves.
LONGEST_REST_OF_OTHERS = 60


def test_whoever_starts_it_connections_rest_longer_than_clients_let_them():
    """Else a POST that is sent while the server closes its connection is lost: nobody may send it again by himself."""
    said = subprocess.run(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "--print-config"],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=180,
    ).stdout  # fmt: skip
    settings = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    settings = {name.strip(): value.strip() for name, value in settings.items()}

    assert int(settings["keepalive"]) > LONGEST_REST_OF_OTHERS
    assert settings["preload_app"] == "True"
    # Those that rest leave room for new ones.
    assert int(settings["worker_connections"]) > int(settings["threads"])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux deals connections out")
def test_an_address_that_another_server_has_is_refused():
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as other:
        address = "{}:{}".format(*other.getsockname())
        done = subprocess.run(
            [sys.executable, "-m", "gunicorn", "wsgiref.simple_server:demo_app", "--bind", address],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=180,
        )  # fmt: skip

    assert done.returncode != 0
    assert f"cannot listen on {address}: Address already in use" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux deals connections out")
def test_each_process_listens_by_itself():
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "wsgiref.simple_server:demo_app", "--workers", "2"]
    server = subprocess.Popen([*command, "--bind", f"127.0.0.1:{port}", "--no-control-socket"], cwd=ROOT)
    try:
        eventually(lambda: len(_listeners(port)) == 2)
    finally:
        server.terminate()
        server.wait(timeout=180)


def _listeners(port: int) -> list[str]:
    """Return the sockets that listen on a port of IPv4."""
    rows = (line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:])
    return [row[9] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "0A"]
