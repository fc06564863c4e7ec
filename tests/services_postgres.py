"""A PostgreSQL server of our own for a test: a new cluster in a temporary folder, on a free port of this machine."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.programs import free_port, require_program

_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin")
# Nothing of the cluster is kept, so nothing has to reach the disk.
_SETTINGS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses=127.0.0.1"


@dataclass(frozen=True)
class PostgresServer:
    """A server that runs. `address`: its DATABASE_URL; `control`: the start of its pg_ctl command, run as `owner`."""

    address: str
    control: list[str]
    owner: dict[str, int]

    def stop(self, mode: str = "fast") -> None:
        """Break off what it does and end it."""
        _run([*self.control, "-m", mode, "stop"], self.owner)

    def start(self) -> None:
        """Start it again on the same port."""
        _run([*self.control, "start"], self.owner)


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start a server, yield its DATABASE_URL, stop it; skip (or fail under REQUIRE_SERVICES=1) where there is none."""
    with postgres_cluster() as server:
        yield server.address


@contextmanager
def postgres_cluster() -> Iterator[PostgresServer]:
    """Do so and yield the server, which can be restarted."""
    initdb, pg_ctl = (require_program(name, package="postgresql", folders=_FOLDERS) for name in ("initdb", "pg_ctl"))
    folder = Path(tempfile.mkdtemp(prefix="kindred-postgresql-"))
    owner = _owner()
    if owner:
        os.chown(folder, owner["user"], owner["group"])
    data, port = folder / "data", free_port()
    options = f"-p {port} -k {folder} {_SETTINGS}"
    try:
        _run([initdb, "-D", str(data), "-U", "kindred", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"], owner)
        control = [pg_ctl, "-D", str(data), "-w", "-t", "300", "-l", str(folder / "log"), "-o", options]
        server = PostgresServer(f"postgres://kindred@127.0.0.1:{port}/postgres", control, owner)
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> dict[str, int]:
    """PostgreSQL refuses to run as root: take the system's user for it then."""
    if os.geteuid():
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid}


def _run(command: list[str], owner: dict[str, int]) -> None:
    # The server inherits the output of pg_ctl, so that goes to a file: a pipe would stay open as long as the server.
    with tempfile.TemporaryFile("w+") as output:
        extra: dict[str, list[int]] = {"extra_groups": []} if owner else {}
        result = subprocess.run(  # type: ignore[call-overload]  # user, group and extra_groups come from a dictionary
            command, cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=400, **owner, **extra
        )
        if result.returncode:
            output.seek(0)
            raise RuntimeError(f"{Path(command[0]).name} failed: {output.read()}")
