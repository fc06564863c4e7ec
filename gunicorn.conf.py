"""How gunicorn serves the shop, whoever starts it here: what is not given on its command line."""

import os
import socket
import sys
from typing import Any

# While one request waits for a database, another is answered. Four would hand the interpreter's lock around with each
# row that SQLite gives: at half of what two processes can take, 1 in 100 lists then waited 24 to 34 ms, with two 17 to
# 18 in the same minutes.
threads = 2

# Seconds a connection may rest. A server that closes one in the very moment its client sends the next request loses
# that request; a client repeats a GET by itself, but not a POST that puts something into a cart. gunicorn's own two
# seconds are how long a shopper looks at a page; these are longer than the minute after which phones, browsers and
# proxies let go themselves. Resting connections hold no thread, and never keep new ones out.
keepalive = 75

# Each process listens by itself, and Linux deals new connections out. Of processes that share a listener the one that
# is awake takes them: of 16 that came at once one of two took all in three trials of twelve, and kept them. Other
# systems do not deal out.
reuse_port = sys.platform == "linux"

# The shop is loaded once, before the processes fork: they share its memory, each needs half as much of its own.
preload_app = True

# A request multiplies matrices that are too small to share: threads of the linear algebra would only take turns. Set
# before NumPy is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def on_starting(server: Any) -> None:
    """Refuse an address that another server has: processes that listen by themselves would share it without a word."""
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
                sys.exit(f"gunicorn cannot listen on {host}:{port}: {error.strerror}. End what does, or bind another.")
