"""`manage.py start`: bring the shop up on this machine, from an empty folder or an existing one.

Only lines of the command itself are printed. Its processes, and libraries that log, write to DATA_DIR/start.log.
"""

import logging
import shlex
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any
from urllib.error import URLError

import honcho.manager
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from honcho.printer import Message, Printer

from config import celery_app, env

SECONDS_TO_ANSWER = 60
LOG_NAME = "start.log"
# A larger log becomes the one older log that is kept.
MOST_BYTES = 5_000_000
# Seconds that a task may take after Ctrl-C; the next start makes up for one that is cut off.
honcho.manager.KILL_WAIT = 15


class LogPrinter(Printer):
    """Printer that logs the lines of the processes, under their names."""

    def write(self, message: Message) -> None:
        text = message.data.decode(errors="replace") if isinstance(message.data, bytes) else message.data
        for line in text.splitlines():
            logging.getLogger(f"start.{message.name}").info(line)


class Command(BaseCommand):
    help = (
        "Prepare what is missing (tables, demo data, first model), then run web server, workers and beat until Ctrl-C."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = "example:\n  PORT=9000 DATA_DIR=/srv/kindred python manage.py start"
        parser.add_argument("--host", default=env.text("HOST", "127.0.0.1"), help="address to listen on (HOST)")
        parser.add_argument("--port", type=int, default=env.whole_number("PORT", 8000, least=1, most=65535))
        parser.add_argument("--web-workers", type=int, default=2, help="web server processes (default: 2)")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        self._refuse_missing_packages()
        self._refuse_taken_port(host, port)
        self._log_to_file()
        self._step(1, "Preparing the database")
        call_command("migrate", verbosity=0)
        self._step(2, "Loading the demo catalogue and shoppers")
        call_command("load_demo", if_empty=True)
        self._step(3, "Training the first model")
        self._train()
        self._step(4, "Starting the processes")
        self._run(host, port, options["web_workers"])

    def _step(self, number: int, title: str) -> None:
        self._print(self.style.MIGRATE_HEADING(f"[{number}/4] {title}"))

    def _print(self, text: str) -> None:
        """Print at once, also into a pipe or a file, where Python would hold it back."""
        self.stdout.write(text)
        self.stdout.flush()

    @property
    def _log_file(self) -> Path:
        return Path(settings.DATA_DIR) / LOG_NAME

    def _log_to_file(self) -> None:
        """Send to the file what this process and its children log."""
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(self._log_file, maxBytes=MOST_BYTES, backupCount=1, encoding="utf-8")
        logging.basicConfig(handlers=[handler], format="{asctime} {name}: {message}", style="{", force=True)
        logging.getLogger("start").setLevel(logging.INFO)

    def _train(self) -> None:
        """Train in a process of its own: this one lives on beside the shop and must not keep TensorFlow."""
        command = [sys.executable, "manage.py", "train_recommender", "--if-missing"]
        environment = env.of_child(LOG_FILE=str(self._log_file))
        done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=False)  # noqa: S603 our own command
        if done.returncode:
            raise CommandError("The first training failed: see the message above.")

    def _refuse_missing_packages(self) -> None:
        if finders.find("vendor/bootstrap/css/bootstrap.min.css") is None:
            raise CommandError("The front-end packages are missing: run `make setup`, which fetches them with npm.")

    def _refuse_taken_port(self, host: str, port: int) -> None:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(
                    f"Cannot listen on {host}:{port} ({error.strerror}): choose another, e.g. PORT={port + 1} make run."
                ) from None

    def _run(self, host: str, port: int, web_workers: int) -> None:
        self._declare_queues()
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        connections.close_all()
        manager = honcho.manager.Manager(LogPrinter())
        for name, command in self._processes(host, port, web_workers).items():
            manager.add_process(name, shlex.join([sys.executable, "-m", *command]), cwd=str(settings.BASE_DIR))
        threading.Thread(target=self._announce, args=(host, port), daemon=True).start()
        manager.loop()
        self._print("Kindred has stopped.")
        if manager.returncode not in (0, 130, 143):
            raise CommandError(f"A process ended by itself: see the end of {self._log_file}.", returncode=1)

    def _declare_queues(self) -> None:
        """Declare the queues before four processes do so at the same moment."""
        with celery_app.connection_for_write() as connection:
            for queue in celery_app.amqp.queues.values():
                queue(connection.default_channel).declare()

    def _processes(self, host: str, port: int, web_workers: int) -> dict[str, list[str]]:
        return {
            "web": [
                *("gunicorn", "config.wsgi", "--bind", f"{host}:{port}", "--workers", str(web_workers)),
                *("--log-level", "warning", "--no-control-socket"),
            ],
            "worker": self._worker("realtime", "catalogue", concurrency=2),
            "trainer": self._worker("training", concurrency=1),
            "beat": ["celery", "--quiet", "-A", "config", "beat", "--pidfile", "", "--loglevel", "WARNING"],
        }

    def _worker(self, *queues: str, concurrency: int) -> list[str]:
        """Return the command of a worker, which empties the first queue first."""
        return [
            *("celery", "--quiet", "-A", "config", "worker", "-Q", ",".join(queues), "--concurrency", str(concurrency)),
            *("--hostname", f"{queues[0]}@%h", "--without-mingle", "--without-gossip", "--without-heartbeat"),
            *("--loglevel", "WARNING"),
        ]

    def _announce(self, host: str, port: int) -> None:
        """Print the address of the shop once it answers."""
        address = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}/"  # noqa: S104 compared, not bound
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(address, timeout=5):  # noqa: S310 our own server
                    break
            except (URLError, OSError):
                time.sleep(0.2)
        else:
            self.stderr.write(f"No answer at {address} for {SECONDS_TO_ANSWER} s: see the end of {self._log_file}.")
            return
        self._print(
            self.style.SUCCESS(f"\n  Kindred is open at {address}")
            + f"\n  Shopper  shopper@kindred.example / kindred-demo"
            f"\n  Admin    admin@kindred.example / kindred-demo   {address}admin/"
            f"\n  API      {address}api/docs/"
            f"\n  Log      {self._log_file}"
            "\n  Stop with Ctrl-C.\n"
        )
