import json
from argparse import Namespace
from pathlib import Path

import pytest

from benchmarks.measuring.command import command_parser, run_command

ROWS = [{"dataset": "tiny", "split": "random", "model": name, "rmse": 1.0} for name in ("svd", "floor")]


def options(json_file: Path | None = None) -> Namespace:
    return Namespace(json=json_file, seed=3)


def test_rows_are_stamped_written_and_shown(tmp_path, capsys):
    file = tmp_path / "rows.json"

    def measure(results):
        for row in ROWS:
            results.add([row])
            assert len(json.loads(file.read_text())) == len(results.rows)

    assert run_command("rating", options(file), ["--seed", "3"], measure) == 0
    (first, _) = json.loads(file.read_text())
    assert (first["section"], first["run"]["command"]) == ("rating", "python -m benchmarks.rating --seed 3")
    assert first["run"]["seed"] == 3
    assert "| tiny | random | floor | 1.000 |" in capsys.readouterr().out


def test_sections_come_in_their_order_and_json_is_all_that_a_pipe_gets(capsys):
    def measure(results):
        results.add([{"dataset": "a", "model": "dmf", "best_ndcg": 0.5}], section="training_time")
        results.add([{"recommender": "dmf", "n_interactions": 9, "n_users": 3}], section="training_growth")

    assert run_command("training", options(), [], measure) == 0
    assert "| a | dmf | 0.500 |\n\n| recommender |" in capsys.readouterr().out
    assert run_command("training", options(Path("-")), [], measure) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["section"] for row in rows] == ["training_time", "training_growth"]


def test_ctrl_c_keeps_complete_rows(capsys):
    def measure(results):
        results.add(ROWS)
        raise KeyboardInterrupt

    assert run_command("rating", options(), [], measure) == 130
    printed = capsys.readouterr()
    assert "complete rows are kept" in printed.err
    assert "svd" in printed.out


def test_ctrl_c_before_the_first_row_says_so(capsys):
    def measure(results):
        raise KeyboardInterrupt

    assert run_command("rating", options(), [], measure) == 130
    assert capsys.readouterr() == ("", "Stopped by hand; nothing was measured.\n")


@pytest.mark.parametrize(("errors", "status"), [(["no", None], 0), (["no", "no"], 1)], ids=["one", "all"])
def test_only_when_all_rows_failed_the_command_failed(capsys, errors, status):
    rows = [row | ({"error": error} if error else {}) for row, error in zip(ROWS, errors, strict=True)]

    assert run_command("rating", options(), [], lambda results: results.add(rows)) == status


def test_named_errors_are_one_line_and_others_are_raised(capsys):
    def measure(results):
        raise LookupError("no such thing")

    assert run_command("rating", options(), [], measure, errors=(LookupError,)) == 1
    assert capsys.readouterr().err == "error: no such thing\n"
    with pytest.raises(LookupError):
        run_command("rating", options(), [], measure)


def test_help_has_an_example(capsys):
    parser = command_parser("quality", "Measure.", example="--data ratings/", note="(or more)")

    assert parser.format_help().endswith("example: python -m benchmarks.quality --data ratings/ (or more)\n")
    assert "--json FILE" in parser.format_help()
    assert "--json" not in command_parser("tables", "Write.", example="x", has_rows=False).format_help()
