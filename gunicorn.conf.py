"""Settings of gunicorn, read wherever it is started in this folder; its command line overrides them."""

import os
import socket
import sys
from typing import Any

# While one request waits for a database, the other thread answers another. Four threads pass the interpreter's lock
# around with each row of SQLite: at half of the capacity of two processes p99 of a list was 24 to 34 ms, with two
# threads 17 to 18 in the same minutes.
threads = 2

# Seconds that a connection may be idle. A server that closes it just as the client sends a request loses the request:
# clients repeat a GET by themselves, but not a POST to the cart. gunicorn's default of two seconds is as long as a
# shopper looks at a page; 75 is longer than the minute after which phones, browsers and proxies close the connection.
# Idle connections hold no thread, and never keep new ones out.
keepalive = 75

# Each process has a listener of its own, among which Linux spreads new connections. Of processes that share a listener
# the one that is awake takes them: in three of twelve trials one of two took all of 16 connections, and kept them.
# Other systems do not spread them.
reuse_port = sys.platform == "linux"

# Load the shop before the processes fork: they share its memory, and each needs half as much of its own.
preload_app = True

# The matrices of a request are too small for several threads of linear algebra. Set before NumPy is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def on_starting(server: Any) -> None:
    """Refuse an address in use: with reuse_port the processes would share it silently."""
    if not reuse_port or server.master_pid:  # a gunicorn that takes over from this one
        return
    for address in server.address:
        if not isinstance(address, tuple):
            continue
        with socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except OSError as error:
                host, port = address[:2]
                sys.exit(f"gunicorn cannot listen on {host}:{port}: {error.strerror}. Choose another port.")
