"""`manage.py join_training`: work for a training that `train_recommender` runs on another machine."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from recommendations.learning.distributed import join_training
from recommendations.learning.training import TrainingRefused
from recommendations.management.terminal import STOPPED_BY_HAND, ExampleCommand


class Command(ExampleCommand):
    help = (
        "Work for one training of train_recommender, which runs on the chief, the first machine of TRAINING_WORKERS. "
        "Needs no database and no files: the chief sends the training data, and publishes the version."
    )
    requires_system_checks: list[str] = []
    example = (
        "  with TRAINING_WORKERS=10.0.0.5:7000,10.0.0.6:7000 on both machines:\n"
        "  10.0.0.6$ python manage.py join_training --index 1\n"
        "  10.0.0.5$ python manage.py train_recommender"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--index", type=int, required=True, help="index of this machine in TRAINING_WORKERS, from 1; 0 is the chief"
        )
        parser.add_argument(
            "--wait",
            type=float,
            default=600,
            metavar="SECONDS",
            help="wait so long for the chief (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        addresses = settings.TRAINING_WORKERS
        if not addresses:
            raise CommandError("TRAINING_WORKERS is not set: give the same host:port list here and on the chief.")
        if options["index"] == 0:
            raise CommandError("Worker 0 is the chief: run train_recommender there.")
        try:
            epochs = join_training(
                addresses, options["index"], seconds=options["wait"], report=lambda line: self.stdout.write(line)
            )
        except TrainingRefused as error:
            raise CommandError(f"Left the training: {error}") from None
        except KeyboardInterrupt:
            raise CommandError("Stopped by hand; the chief ends its training.", returncode=STOPPED_BY_HAND) from None
        self.stdout.write(self.style.SUCCESS(f"The chief has ended the training, after {epochs} epochs."))
