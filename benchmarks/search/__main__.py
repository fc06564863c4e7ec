"""Command `python -m benchmarks.search`: look for better settings of a model on validation items."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.datasets.ranking_sets import RankingSetError, ranking_set_names, read_ranking_set
from benchmarks.measuring.command import STOPPED_BY_HAND, command_parser
from benchmarks.measuring.own_process import ProcessError, call_in_own_process
from benchmarks.measuring.progress_bar import RunsBar
from benchmarks.measuring.run_stamp import code_version
from benchmarks.search.ranking_task import Measured, Task
from benchmarks.search.records import RunRecord, write_run
from benchmarks.search.spaces import Space, space_of
from benchmarks.search.studies import Search, study_name
from benchmarks.search.tasks import TASKS, task_of
from ml.datasets.records import DatasetError
from ml.datasets.registry import format_names
from ml.rating.ratings import RatingsError
from ml.splits import SplitError


class SearchError(ValueError):
    """A search cannot start; the text says what to do."""


@dataclass(frozen=True)
class Job:
    """A search: its model, data, space and objective, and the folder for its records."""

    task: Task
    model: str
    dataset: str
    train: Any
    data_sha256: str
    space: Space
    objective: str
    seed: int
    runs: Path


def parse(arguments: list[str] | None) -> argparse.Namespace:
    models = "; ".join(f"{task.name}: {', '.join(task.model_names())}" for task in TASKS)
    parser = command_parser(
        "search",
        "Search for better settings of a model with Optuna, on items held out of the training part; test "
        "items are never looked at. Each trial is recorded below --runs. Stop with Ctrl-C; the same command continues. "
        "The spaces are in benchmarks/search/spaces.py.",
        example="--model item_knn --data ratings/ --dataset AMusic --trials 30 | "
        "python -m benchmarks.search --model dmf --data reviews.json.gz --format amazon-reviews-2018",
        has_rows=False,
    )
    parser.add_argument("--model", required=True, help=f"a registered name ({models})")
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        nargs="+",
        help="folder of ranking sets, or data files (for rating models: ratings, then products)",
    )
    parser.add_argument("--dataset", help="name of a ranking set in the folder")
    parser.add_argument("--format", choices=format_names(), help="how the data files are written")
    parser.add_argument("--trials", type=int, default=30, metavar="N", help="trials the study shall have (default: 30)")
    parser.add_argument("--objective", help="metric to search for (default: ndcg_at_10, or rmse for rating models)")
    parser.add_argument("--seed", type=int, default=0, help="seed of splits, fits and the search (default: 0)")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where runs are recorded (default: runs/)")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = parse(arguments)
    try:
        job = _job(options)
        search = _open(job)
        is_stopped = _run(job, search, options.trials)
    except (SearchError, RankingSetError, DatasetError, RatingsError, SplitError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped before a trial began", file=sys.stderr)
        return STOPPED_BY_HAND
    print(json.dumps(_summary(job, search), indent=1) if options.json else _summary_text(job, search))
    if is_stopped:
        print("stopped; the trials that ended are kept, the same command continues", file=sys.stderr)
        return STOPPED_BY_HAND
    return 0


def read_train(data: list[Path], dataset: str | None, format_name: str | None, task: Task) -> tuple[str, Any]:
    """Return the name of the data and its usable part: all but the test items."""
    if format_name:
        return task.read_files(data, format_name)
    sets = ranking_set_names(data[0])
    if dataset not in sets:
        there_are = ", ".join(sets) or "none (for other data files give --format)"
        raise SearchError(f"{data[0]} holds no set {dataset!r}; name one with --dataset; there are: {there_are}")
    return dataset, task.of_interactions(read_ranking_set(data[0], dataset).train)


def _job(options: argparse.Namespace) -> Job:
    task = task_of(options.model)
    if task is None:
        names = ", ".join(name for one in TASKS for name in one.model_names())
        raise SearchError(f"no model is called {options.model!r}; there are {names}")
    objective = options.objective or next(iter(task.objectives))
    if objective not in task.objectives:
        raise SearchError(f"{options.model} has no objective {objective!r}; there are {', '.join(task.objectives)}")
    space = space_of(options.model, task.defaults)
    if not space:
        raise SearchError(f"nothing of {options.model} can be searched; declare it in benchmarks/search/spaces.py")
    if options.trials < 1:
        raise SearchError(f"--trials is {options.trials}, expected at least 1")
    name, train = read_train(options.data, options.dataset, options.format, task)
    return Job(task, options.model, name, train, task.hash_of(train), space, objective, options.seed, options.runs)


def _open(job: Job) -> Search:
    name = study_name(job.model, job.dataset, job.space, job.data_sha256, job.objective, str(job.seed))
    return Search(job.runs / "studies", name, job.space, job.task.objectives[job.objective], seed=job.seed)


def _run(job: Job, search: Search, n_trials: int) -> bool:
    """Bring the study to n_trials; return whether it was stopped by hand."""
    console = Console(stderr=True, soft_wrap=True)
    needs_defaults = search.value_with_defaults is None
    with RunsBar(max(n_trials - len(search.ended), 0) + needs_defaults, console) as bar:

        def end(text: str) -> None:
            bar.end(text)
            if console.is_terminal:  # there the bar keeps no lines
                console.print(text, highlight=False)

        try:
            if needs_defaults:
                bar.begin("defaults")
                value, error = _measure(job, search, None, {}, bar.report)
                search.keep_value_with_defaults(value)
                end(f"defaults: {error or f'{job.objective} {_number(value)}'}")
            while (number := len(search.ended)) < n_trials:
                bar.begin(f"trial {number}")
                trial, changes = search.ask()
                try:
                    value, error = _measure(job, search, number, changes, bar.report)
                except KeyboardInterrupt:
                    search.tell(trial, None)
                    raise
                search.tell(trial, value, error)
                end(f"trial {number}: {error or f'{job.objective} {_number(value)}'}  {_settings(changes)}")
        except KeyboardInterrupt:
            return True
    return False


def _measure(
    job: Job, search: Search, number: int | None, changes: Mapping[str, Any], report: Callable[[float, str], None]
) -> tuple[float | None, str | None]:
    """Measure one choice of settings and record it; return the objective's value, or the error."""
    record: dict[str, Any] = {
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "task": job.task.name,
        "model": job.model,
        "dataset": job.dataset,
        "data_sha256": job.data_sha256,
        "code_version": code_version(),
        "study": search.name,
        "trial": number,
        "seed": job.seed,
    }
    try:
        measured: Measured = call_in_own_process(
            job.task.measure, job.model, dict(changes), job.train, job.seed, on_progress=report
        )
    except ProcessError as error:
        write_run(job.runs, RunRecord(**record, config=dict(changes), error=str(error)))
        return None, str(error)
    write_run(job.runs, RunRecord(**record, **vars(measured)))
    value = measured.metrics.get(job.objective)
    return value, None if value is not None else f"no {job.objective} was measured"


def _summary(job: Job, search: Search) -> dict[str, Any]:
    best = search.best
    return {
        "study": search.name,
        "objective": job.objective,
        "trials": len(search.ended),
        "with_defaults": search.value_with_defaults,
        "best": best and {"value": best.value, "settings": best.params},
    }


def _summary_text(job: Job, search: Search) -> str:
    best = search.best
    lines = [f"{search.name}: {len(search.ended)} trials, recorded below {job.runs}"]
    lines.append(f"  {job.objective} with the defaults: {_number(search.value_with_defaults)}")
    if best is not None:
        lines.append(f"  {job.objective} of the best trial: {_number(best.value)}  {_settings(best.params)}")
    lines.append("  measured on validation items: check the winner once with benchmarks.quality")
    return "\n".join(lines)


def _settings(changes: Mapping[str, Any]) -> str:
    return " ".join(
        f"{name}={value:.4g}" if isinstance(value, float) else f"{name}={value}" for name, value in changes.items()
    )


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.4f}"


if __name__ == "__main__":
    raise SystemExit(main())
