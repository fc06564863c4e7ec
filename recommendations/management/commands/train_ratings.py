"""`manage.py train_ratings`: train the model that predicts the stars a shopper would give a product."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError

from recommendations.jobs.lease import LeaseTaken
from recommendations.jobs.models import Job
from recommendations.jobs.tracking import COMMAND_LINE, RATING_TRAINING, JobCancelled, job
from recommendations.learning.rating_training import DEFAULT_MODEL, RATING_MODELS, RatingTrainingRefused, train_ratings
from recommendations.management.terminal import STOPPED_BY_HAND, ExampleCommand, one_line_errors, progress_bar


class Command(ExampleCommand):
    help = (
        "Train the rating model on the shop's reviews and ratings, and publish it for predict/rating/. "
        "The web processes follow by themselves."
    )
    example = "  python manage.py train_ratings\n  python manage.py train_ratings --model bias_only --json"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--model", choices=RATING_MODELS, default=DEFAULT_MODEL, help="model to train (default: %(default)s)"
        )
        parser.add_argument("--seed", type=int, default=0, help="for repeatable results (default: %(default)s)")
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with (
                one_line_errors(),
                progress_bar(is_shown=options["verbosity"] > 0) as progress,
                job(Job.Kind.TRAINING, RATING_TRAINING, started_by=COMMAND_LINE, progress=progress) as report,
            ):
                trained = train_ratings(model=options["model"], seed=options["seed"], progress=report)
        except JobCancelled as error:
            raise CommandError(f"No new rating model: {error}", returncode=STOPPED_BY_HAND) from None
        except LeaseTaken:
            raise CommandError("A training of the rating model is under way in another process.") from None
        except RatingTrainingRefused as error:
            raise CommandError(f"No new rating model: {error}") from None
        if options["json"]:
            self.stdout.write(json.dumps(asdict(trained)))
            return
        done = f"Rating model {trained.version} predicts ({trained.model}, trained in {trained.seconds} s)."
        self.stdout.write(self.style.SUCCESS(done))
        for name in ("ratings", "shoppers", "products"):
            self.stdout.write(f"  {getattr(trained, name):>11,}  {name}")
