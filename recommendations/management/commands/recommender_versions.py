"""`manage.py recommender_versions`: list the model versions with their status and figures."""

import json
from argparse import ArgumentParser
from typing import Any

from recommendations.management.terminal import ExampleCommand, one_line_errors
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from recommendations.versions.services import rollback_target


class Command(ExampleCommand):
    help = (
        "List the model versions, newest first, with the one that serves, the target of a roll back, and their figures."
    )
    example = (
        "  python manage.py recommender_versions\n"
        "  python manage.py recommender_versions --json | jq '.[] | select(.serves).version'"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=20, help="list at most this many (default: %(default)s)")
        parser.add_argument("--json", action="store_true", help="print them as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with one_line_errors():
            rows = [_summary(row) for row in ModelVersion.objects.order_by("-version")[: max(options["limit"], 0)]]
            target = rollback_target()
        for row in rows:
            row["rolls_back_to"] = target is not None and row["version"] == target.version
        if options["json"]:
            self.stdout.write(json.dumps(rows))
        elif not rows:
            self.stdout.write("There is no model version yet: python manage.py train_recommender")
        for row in rows if not options["json"] else ():
            mark = "serves" if row["serves"] else "before" if row["rolls_back_to"] else ""
            ndcg = "-" if row["ndcg_at_10"] is None else f"{row['ndcg_at_10']:.3f}"
            self.stdout.write(
                f"{mark:<6}  {row['version']}  {row['status']:<9}  {row['recommender']:<10}  NDCG@10 {ndcg:<5}  "
                f"{row['message']}".rstrip()
            )


def _summary(row: ModelVersion) -> dict[str, Any]:
    quality = row.metrics.get("as_served") or (row.metrics.get("quality") or {}).get(row.recommender) or {}
    return {
        "version": row.version,
        "serves": row.version == artifact_store.promoted_version(),
        "status": row.status,
        "recommender": row.recommender,
        "ndcg_at_10": quality.get("ndcg_at_10"),
        "gate": row.metrics.get("gate"),
        "has_files": row.version in artifact_store.versions(),
        "created_at": row.created_at.isoformat(),
        "promoted_at": row.promoted_at.isoformat() if row.promoted_at else None,
        "message": row.message,
    }
