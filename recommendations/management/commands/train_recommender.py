"""`manage.py train_recommender`: train a new model version on the whole log, and promote it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from recommendations.jobs.lease import LeaseTaken
from recommendations.jobs.models import Job
from recommendations.jobs.tracking import COMMAND_LINE, FINE_TUNING, FULL_TRAINING, JobCancelled, job
from recommendations.learning.distributed import shared_training
from recommendations.learning.fitting import DEFAULT_RECOMMENDER, SERVABLE
from recommendations.learning.training import NothingNew, TrainingRefused, train
from recommendations.management.terminal import STOPPED_BY_HAND, ExampleCommand, one_line_errors, progress_bar
from recommendations.serving import handle
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion


class Command(ExampleCommand):
    help = (
        "Train a new model version on the whole log, check it, and promote it in place of the one before. "
        "The web processes follow by themselves. With TRAINING_WORKERS other machines share the work (join_training)."
    )
    example = (
        "  python manage.py train_recommender\n"
        "  python manage.py train_recommender --model dmf\n"
        "  python manage.py train_recommender --fine-tune\n"
        "  python manage.py train_recommender --quick --json | jq .metrics.seconds"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-missing", action="store_true", help="do nothing when a version serves already")
        parser.add_argument(
            "--quick", action="store_true", help="skip the measurement on held-out products, for half the time"
        )
        parser.add_argument(
            "--fine-tune",
            action="store_true",
            help="continue to train the version that serves with newer events, in a fraction of the time; where that "
            "is not possible, train from scratch and say why",
        )
        parser.add_argument(
            "--model",
            choices=SERVABLE,
            default=DEFAULT_RECOMMENDER,
            help="recommender to train; evaluate_recommender compares these and others (default: %(default)s)",
        )
        parser.add_argument("--seed", type=int, default=0, help="for repeatable results (default: %(default)s)")
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with one_line_errors():
            if options["if_missing"] and (served := handle.current()) is not None:
                self.stdout.write(f"Version {served.version} serves already.")
                return
            with progress_bar(is_shown=options["verbosity"] > 0) as progress:
                row = self._train(options, progress)
        if options["json"]:
            self.stdout.write(json.dumps(_summary(row)))
        else:
            self._print(row)

    def _train(self, options: dict[str, Any], progress: Any) -> ModelVersion:
        try:
            title = FINE_TUNING if options["fine_tune"] else FULL_TRAINING
            workers = [] if options["fine_tune"] else settings.TRAINING_WORKERS
            with (
                job(Job.Kind.TRAINING, title, started_by=COMMAND_LINE, progress=progress) as report,
                shared_training(workers),
            ):
                return train(
                    recommender=options["model"],
                    seed=options["seed"],
                    is_measured=not options["quick"],
                    is_fine_tuned=options["fine_tune"],
                    progress=report,
                )
        except JobCancelled as error:
            raise CommandError(f"No new version serves: {error}", returncode=STOPPED_BY_HAND) from None
        except LeaseTaken:
            raise CommandError("A training is under way in another process: wait for it to end.") from None
        except NothingNew as error:
            raise CommandError(f"{error} Without --fine-tune a new one is trained from scratch.") from None
        except TrainingRefused as error:
            raise CommandError(f"No new version serves: {error}") from None

    def _print(self, row: ModelVersion) -> None:
        metrics = row.metrics
        if row.status == ModelVersion.Status.HELD_BACK:
            self.stdout.write(
                self.style.WARNING(
                    f"Version {row.version} was trained in {metrics['seconds']} s, but "
                    f"{artifact_store.promoted_version() or 'none'} continues to serve. To promote it nevertheless:\n"
                    f"  python manage.py rollback_recommender --to {row.version} --anyway"
                )
            )
        else:
            self.stdout.write(self.style.SUCCESS(f"Version {row.version} serves (trained in {metrics['seconds']} s)."))
        if row.message:
            self.stdout.write(self.style.WARNING(row.message))
        for name in ("products", "products_with_interactions", "shoppers", "interactions"):
            self.stdout.write(f"  {metrics[name]:>11,}  {name.replace('_', ' ')}")
        if metrics.get("quality"):
            self.stdout.write(f"Found among the first ten, of {metrics['held_out']:,} products held out:")
            for name, figures in metrics["quality"].items():
                hit_rate, ndcg = figures["hr_at_10"], figures["ndcg_at_10"]
                self.stdout.write(f"  {name:<12} HR@10 {hit_rate:.3f}   NDCG@10 {ndcg:.3f}")
        self.stdout.write("Try it: python manage.py recommend --user EMAIL_OR_ID")


def _summary(row: ModelVersion) -> dict[str, Any]:
    return {
        "version": row.version,
        "recommender": row.recommender,
        "status": row.status,
        "message": row.message,
        "trained_through": row.trained_through.isoformat() if row.trained_through else None,
        "metrics": row.metrics,
    }
