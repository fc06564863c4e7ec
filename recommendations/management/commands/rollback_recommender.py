"""`manage.py rollback_recommender`: promote the previous model version, or any other one that has its files."""

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from recommendations.management.terminal import ExampleCommand, one_line_errors
from recommendations.versions import artifact_store
from recommendations.versions.services import VersionUnusable, promote_version, roll_back


class Command(ExampleCommand):
    help = (
        "Promote the model version that served before the present one. Every web process and worker follows with its "
        "next request, without a restart. Nothing is changed when the files of that version are damaged."
    )
    example = (
        "  python manage.py rollback_recommender\n"
        "  python manage.py rollback_recommender --to 20260101-030000-1f2e --json\n"
        "  python manage.py recommender_versions      list the versions"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", metavar="VERSION", help="promote this version instead, older or newer")
        parser.add_argument("--anyway", action="store_true", help="with --to: promote it even if it was held back")
        parser.add_argument("--json", action="store_true", help="print before, version and seconds as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["anyway"] and not options["to"]:
            raise CommandError("--anyway needs --to: name the version that was held back.")
        started, before = time.monotonic(), artifact_store.promoted_version()
        with one_line_errors():
            try:
                version = options["to"] or roll_back()
                if options["to"]:
                    promote_version(version=version, anyway=options["anyway"])
            except VersionUnusable as error:
                raise CommandError(f"Nothing was changed. {error}") from None
        seconds = round(time.monotonic() - started, 3)
        if options["json"]:
            self.stdout.write(json.dumps({"before": before, "version": version, "seconds": seconds}))
        else:
            served = f", {before} did before" if before and before != version else ""
            self.stdout.write(self.style.SUCCESS(f"Version {version} serves{served} ({seconds} s)."))
