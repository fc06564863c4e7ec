"""`manage.py start`: bring the shop up on this machine, from an empty folder or an existing one."""

import shlex
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any
from urllib.error import URLError

import honcho.manager
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from config import celery_app, env

SECONDS_TO_ANSWER = 60
# What a task may still take after Ctrl-C; what is cut off then is caught up with at the next start.
honcho.manager.KILL_WAIT = 15


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
        self._step(1, "Preparing the database")
        call_command("migrate", verbosity=0)
        self._step(2, "Loading the demo catalogue and shoppers")
        call_command("load_demo", if_empty=True)
        self._step(3, "Training the first model")
        self._train()
        self._step(4, "Starting the processes")
        self._run(host, port, options["web_workers"])

    def _step(self, number: int, title: str) -> None:
        self.stdout.write(self.style.MIGRATE_HEADING(f"[{number}/4] {title}"))

    def _train(self) -> None:
        """Train in a process of its own: this one lives on beside the shop and must not keep TensorFlow."""
        command = [sys.executable, "manage.py", "train_recommender", "--if-missing"]
        if subprocess.run(command, cwd=settings.BASE_DIR, check=False).returncode:  # noqa: S603 our own command, no shell
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
        manager = honcho.manager.Manager()
        for name, command in self._processes(host, port, web_workers).items():
            manager.add_process(name, shlex.join([sys.executable, "-m", *command]), cwd=str(settings.BASE_DIR))
        threading.Thread(target=self._announce, args=(host, port), daemon=True).start()
        manager.loop()
        self.stdout.write("Kindred has stopped.")
        if manager.returncode not in (0, 130, 143):
            raise CommandError("A process ended by itself: see its last lines above.", returncode=1)

    def _declare_queues(self) -> None:
        """Make the queues before four processes try to at the same moment."""
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
        """Of the first queue it takes first. Trainings have one of their own: an event is taken at once."""
        return [
            *("celery", "--quiet", "-A", "config", "worker", "-Q", ",".join(queues), "--concurrency", str(concurrency)),
            *("--hostname", f"{queues[0]}@%h", "--without-mingle", "--without-gossip", "--without-heartbeat"),
            *("--loglevel", "WARNING"),
        ]

    def _announce(self, host: str, port: int) -> None:
        """Say where the shop is once it answers."""
        address = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}/"  # noqa: S104 compared, not bound
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(address, timeout=5):  # noqa: S310 our own server
                    break
            except (URLError, OSError):
                time.sleep(0.2)
        else:
            self.stderr.write(f"The web server has not answered at {address} for {SECONDS_TO_ANSWER} s.")
            return
        self.stdout.write(
            self.style.SUCCESS(f"\n  Kindred is open at {address}")
            + f"\n  Shopper  shopper@kindred.example / kindred-demo"
            f"\n  Admin    admin@kindred.example / kindred-demo   {address}admin/"
            f"\n  API      {address}api/docs/"
            "\n  Stop with Ctrl-C.\n"
        )
