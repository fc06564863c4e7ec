"""Rendezvous of training workers over sockets, because TensorFlow waits for a missing one forever."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence

from ml.recommenders.base import RecommenderError

BETWEEN_TRIES = 0.2  # seconds
_GO = b"go"
_OTHER_LIST = b"other list"


class WorkerMissing(RecommenderError):
    """A training worker did not come, could not be reached, or was lost; nothing was trained."""


def meet(addresses: Sequence[str], index: int, *, seconds: float) -> None:
    """Return when all workers at "host:port" addresses run; the others report to the first, the chief.

    index: position of this process. The ports are free again afterwards. Raise WorkerMissing after `seconds`, or at
    once for an invalid list.
    """
    _check(addresses, index)
    deadline = time.monotonic() + seconds
    if index == 0:
        _gather(addresses, deadline, seconds)
    else:
        _report(addresses, index, deadline, seconds)


def host_and_port(address: str) -> tuple[str, int]:
    """Return the two parts of "host:port". Raise WorkerMissing."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise WorkerMissing(f"training worker {address!r}: expected host:port, such as 10.0.0.5:7000")
    return host, int(port)


def _check(addresses: Sequence[str], index: int) -> None:
    for address in addresses:
        host_and_port(address)
    if len(addresses) < 2 or len(set(addresses)) < len(addresses):
        raise WorkerMissing(f"training workers {','.join(addresses)!r}: expected at least two addresses, all different")
    if not 0 <= index < len(addresses):
        raise WorkerMissing(f"training worker index {index}: expected 0 to {len(addresses) - 1}, 0 is the chief")


def _gather(addresses: Sequence[str], deadline: float, seconds: float) -> None:
    """As chief: wait for the report of every other worker, then send all of them the go."""
    waiting: dict[int, socket.socket] = {}
    try:
        with _listen(addresses[0]) as server:
            while missing := [number for number in range(1, len(addresses)) if number not in waiting]:
                left = deadline - time.monotonic()
                if left <= 0:
                    names = ", ".join(f"{number} ({addresses[number]})" for number in missing)
                    raise WorkerMissing(f"training worker {names} did not come within {seconds:g} s: start it there")
                server.settimeout(left)
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                number = _reported(connection, addresses)
                if number is None:
                    connection.close()
                else:
                    waiting[number] = connection
        for connection in waiting.values():
            connection.sendall(_GO)
    finally:
        for connection in waiting.values():
            connection.close()


def _listen(address: str) -> socket.socket:
    port = host_and_port(address)[1]
    try:
        return socket.create_server(("", port))
    except OSError as error:
        raise WorkerMissing(f"the chief cannot listen on port {port} of {address}: {error.strerror}") from error


def _reported(connection: socket.socket, addresses: Sequence[str]) -> int | None:
    """Return the index of the reporting worker, None for an unknown one or another list."""
    connection.settimeout(2)
    try:
        number, _, listed = connection.recv(65536).decode("ascii", "replace").partition(" ")
        if listed.split(",") != list(addresses):
            connection.sendall(_OTHER_LIST)
            return None
        return int(number) if number.isdecimal() and 0 < int(number) < len(addresses) else None
    except OSError:
        return None


def _report(addresses: Sequence[str], index: int, deadline: float, seconds: float) -> None:
    """As another worker: report to the chief until it sends the go."""
    while (left := deadline - time.monotonic()) > 0:
        try:
            with socket.create_connection(host_and_port(addresses[0]), timeout=left) as connection:
                connection.sendall(f"{index} {','.join(addresses)}".encode())
                answer = connection.recv(64)
        except OSError:
            answer = b""
        if answer == _GO:
            return
        if answer == _OTHER_LIST:
            raise WorkerMissing(f"the chief at {addresses[0]} has another list of training workers: give both the same")
        time.sleep(min(BETWEEN_TRIES, max(left, 0)))
    raise WorkerMissing(f"no chief at {addresses[0]} within {seconds:g} s, or another worker did not come: start them")
