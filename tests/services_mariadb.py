"""A MariaDB server of our own for a test: a new data folder in a temporary place, on a free port of this machine."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql

from ml.datasets.database_address import DatabaseAddress
from tests.programs import free_port, require_program

_FOLDERS = ("/usr/sbin", "/usr/local/mysql/bin", "/usr/local/mysql/scripts")
_SECONDS_TO_START = 120
# Nothing of the data is kept, so nothing has to reach the disk.
_SETTINGS = (
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-size=16M",
    "--innodb-log-file-size=8M",
    "--performance-schema=OFF",
    "--character-set-server=utf8mb4",
)
OWNER, PASSWORD = "owner", "p@ss:word/1"  # signs which a password in an address must escape


@contextmanager
def mariadb_server() -> Iterator[DatabaseAddress]:
    """Start a server, yield the address of its empty database `magento` and the user who may do all there; stop it.

    Skips (or fails under REQUIRE_SERVICES=1) where the programs are missing.
    """
    install, server = (
        require_program(name, package="mariadb-server", folders=_FOLDERS) for name in ("mariadb-install-db", "mariadbd")
    )
    folder = Path(tempfile.mkdtemp(prefix="kindred-mariadb-"))
    data, port, log = folder / "data", free_port(), folder / "log"
    as_user = _as_user(folder)
    try:
        with log.open("w") as output:
            subprocess.run(
                [install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal",
                 "--skip-test-db", *as_user],
                cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=300, check=True,
            )  # fmt: skip
            process = subprocess.Popen(
                [server, "--no-defaults", f"--datadir={data}", f"--socket={folder}/socket", f"--port={port}",
                 f"--pid-file={folder}/pid", *as_user, *_SETTINGS],
                cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        try:
            _prepare(folder / "socket", process, log)
            yield DatabaseAddress("127.0.0.1", port, OWNER, PASSWORD, "magento")
        finally:
            process.terminate()
            try:
                process.wait(timeout=120)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_user(folder: Path) -> list[str]:
    """MariaDB runs as root only when told so: take the system's user for it, root without one."""
    if os.geteuid():
        return []
    owner = {entry.pw_name: entry for entry in pwd.getpwall()}.get("mysql")
    if owner is None:
        return ["--user=root"]
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return ["--user=mysql"]


def _prepare(socket_path: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers, then make the database and its owner."""
    deadline = time.monotonic() + _SECONDS_TO_START
    while not _answers(socket_path):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"mariadbd did not start: {log.read_text()}")
        time.sleep(0.05)
    connection = pymysql.connect(unix_socket=str(socket_path), user="root")
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE magento")
        cursor.execute("CREATE USER %s@'127.0.0.1' IDENTIFIED BY %s", (OWNER, PASSWORD))
        cursor.execute("GRANT ALL ON *.* TO %s@'127.0.0.1' WITH GRANT OPTION", (OWNER,))


def _answers(socket_path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(socket_path)) == 0
