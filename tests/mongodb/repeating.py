"""Run tests of recommendations once more, with behaviour on a MongoDB-compatible server.

Each of the test files of this folder repeats a part of them, so that several processes share the work.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.services_mongodb import mongodb_server

ROOT = Path(__file__).resolve().parents[2]
REPEATED = "tests/recommendations"
LEARNING, LISTS = ("learning",), ("lists", "management", "monitoring", "jobs")
DEMO = ("tests/demo/test_log.py", "tests/demo/management/commands/test_load_demo.py")
MOST_SECONDS = 1_500
LEFT_OUT = (
    # What MongoDB does not promise: to hold rows against CHECK constraints, to roll back, or to wait for a commit.
    # `inside/test_losses.py` says what holds.
    "rules/test_models.py::test_what_makes_no_rule_cannot_be_stored",
    "behaviour/services/test_imports.py::TestChunks::test_a_chunk_is_tried_again_when_a_rival_wrote_some_of_it",
    "behaviour/services/test_interactions.py::test_the_profile_follows_after_the_commit",
    "behaviour/services/test_notifications.py::test_a_notification_waits_for_the_commit",
    "versions/test_services.py::test_vectors_of_the_version_that_was_rolled_back_are_made_anew_at_once_and_then_written",
    # Its processes share the test's one SQLite file.
    "test_serving_processes.py::test_two_processes_follow_a_roll_back_with_the_next_answer_and_recommend_as_before",
    # There the profile is written at once, so the request needs a query less.
    "api/test_recommendations.py::test_three_queries_for_a_visitor",
    "api/test_preferences.py::test_constant_number_of_queries",
    # It looks at SQLite's plan of a query.
    "monitoring/test_drift.py::test_live_events_are_found_along_the_index_by_arrival",
    # 40,000 rows, to measure a progress bar: too many for the server of these tests.
    "management/commands/test_import_interactions.py::test_progress_is_true_to_five_percent",
    # They check the check of the reasons, whatever holds the log.
    "test_reasons_from_the_log.py::test_half_of_those_were_ranked_ahead_and_what_is_untrue_would_be_noticed",
    # Slow, and what they look at is not in MongoDB: SQLite, switches, accounts, output, ranking by the hour.
    "learning/test_demand.py::test_a_stranger_sees_what_suits_the_hour",
    "learning/test_demand.py::test_a_training_finds_the_evening_by_the_shops_clock[nine hours ahead]",
    "behaviour/services/test_imports.py::test_killed_in_the_middle_of_a_chunk_the_next_run_takes_up_where_it_was",
)
LEFT_OUT_OF_DEMO = (
    # MongoDB rolls nothing back: `inside/test_losses.py` says what holds.
    "test_log.py::test_a_failure_half_way_leaves_the_log_as_it_was",
    # Slow, and what they look at is not in MongoDB.
    "management/commands/test_load_demo.py::test_json_holds_counts_and_logins_and_nothing_else",
    "management/commands/test_load_demo.py::test_if_empty",
    "management/commands/test_load_demo.py::test_production_can_be_forced",
    "management/commands/test_load_demo.py::test_more_products_and_shoppers_can_be_added_later",
)


def repeat(*options: str) -> None:
    """Run pytest on a server of its own; fail when a test fails or is skipped."""
    with mongodb_server() as address:
        result = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header",
             "-p", "tests.with_database", "-p", "tests.mongodb.isolation", *options,
             *(f"--deselect={REPEATED}/{test}" for test in LEFT_OUT),
             *(f"--deselect=tests/demo/{test}" for test in LEFT_OUT_OF_DEMO)],
            cwd=ROOT, env=os.environ | {"BEHAVIOUR_DATABASE_URL": address}, capture_output=True, text=True,
            timeout=MOST_SECONDS,
        )  # fmt: skip

    assert result.returncode == 0, result.stdout[-20_000:] + result.stderr
    assert " skipped" not in result.stdout.splitlines()[-1]


def folders(names: tuple[str, ...]) -> list[str]:
    """Return the paths of folders with tests of recommendations."""
    return [f"{REPEATED}/{name}" for name in names]
