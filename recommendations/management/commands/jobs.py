"""`manage.py jobs`: list, show and cancel trainings and imports."""

import json
import uuid
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import CommandError
from django.utils.timesince import timesince

from recommendations.jobs.models import Job
from recommendations.jobs.services import JobRefused, cancel_job
from recommendations.management.terminal import ExampleCommand, one_line_errors

SHOWN = 20
TIMES = ("created_at", "started_at", "heartbeat_at", "finished_at", "cancel_requested_at")


class Command(ExampleCommand):
    help = "List trainings and imports, show one with its log, or cancel one."
    example = (
        "  python manage.py jobs\n"
        "  python manage.py jobs list --open --json | jq '.[].percent'\n"
        "  python manage.py jobs show 6f1c2f0e\n"
        "  python manage.py jobs cancel 6f1c2f0e"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", nargs="?", choices=("list", "show", "cancel"), default="list")
        parser.add_argument("job", nargs="?", type=_start_of_id, help="the job's id, or its first digits")
        parser.add_argument("--open", action="store_true", help="list only jobs that wait or run")
        parser.add_argument(
            "--limit", type=_count, default=SHOWN, metavar="N", help="list the newest N (default: %(default)s)"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with one_line_errors():
            if options["action"] == "list":
                jobs = Job.objects.open() if options["open"] else Job.objects.all()
                self._print_list(list(jobs[: options["limit"]]), is_json=options["json"])
                return
            if options["job"] is None:
                raise CommandError(f"The id of the job is missing: python manage.py jobs {options['action']} ID")
            row = _find(options["job"])
            if options["action"] == "cancel":
                try:
                    row = cancel_job(job_id=row.pk)
                except JobRefused as error:
                    raise CommandError(str(error)) from None
            self._print_one(row, is_json=options["json"])

    def _print_list(self, rows: list[Job], *, is_json: bool) -> None:
        if is_json:
            self.stdout.write(json.dumps([_as_json(row) for row in rows]))
            return
        if not rows:
            self.stdout.write("There are no such jobs.")
        for row in rows:
            self.stdout.write(
                f"{row.pk.hex[:8]}  {row.shown_state:<9}  {row.fraction:>4.0%}  {timesince(row.created_at):>18} ago  "
                f"{row.title}  ({row.started_by})"
            )

    def _print_one(self, row: Job, *, is_json: bool) -> None:
        if is_json:
            self.stdout.write(json.dumps(_as_json(row) | {"log": row.log.splitlines()}))
            return
        self.stdout.write(self.style.MIGRATE_HEADING(f"{row.title}: {row.shown_state}, {row.fraction:.0%}"))
        self.stdout.write(f"  id          {row.pk}")
        self.stdout.write(f"  started by  {row.started_by}")
        if row.seconds_left is not None:
            self.stdout.write(f"  left        about {row.seconds_left:,.0f} s")
        if row.message:
            self.stdout.write(f"  {row.message}")
        for line in row.log.splitlines():
            self.stdout.write(f"  {line}")


def _find(start: str) -> Job:
    """Return the job whose id begins with some digits; raise CommandError for none or several."""
    least, most = (uuid.UUID(hex=start.ljust(32, digit)) for digit in "0f")
    rows = list(Job.objects.filter(pk__gte=least, pk__lte=most)[:2])
    if len(rows) != 1:
        raise CommandError(f"{'No job has' if not rows else 'Several jobs have'} an id that begins with {start!r}.")
    return rows[0]


def _as_json(row: Job) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "kind": row.kind,
        "title": row.title,
        "state": row.shown_state,
        "percent": round(row.fraction * 100, 1),
        "seconds_left": row.seconds_left,
        "started_by": row.started_by,
        "step": row.step,
        "message": row.message,
        **{name: moment.isoformat() if (moment := getattr(row, name)) else None for name in TIMES},
    }


def _start_of_id(text: str) -> str:
    digits = text.replace("-", "").lower()
    if not 0 < len(digits) <= 32 or not set(digits) <= set("0123456789abcdef"):
        raise ArgumentTypeError(f"{text!r} is not the id of a job, nor the beginning of one")
    return digits


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise ArgumentTypeError(f"{text!r} is not a whole number from 1 to 10000")
    return int(text)
