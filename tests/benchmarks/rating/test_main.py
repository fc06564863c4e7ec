import json

import pytest

from benchmarks.rating import __main__ as rating

FORMAT = "amazon-reviews-2018"


def test_command_writes_json_and_a_table(reviews, in_process, capsys):
    file = reviews.with_name("out.json")
    status = rating.main(
        ["--data", str(reviews), "--format", FORMAT, "--models", "global_mean,bias_only", "--split", "random"]
        + ["--json", str(file)]
    )
    rows = json.loads(file.read_text())

    assert status == 0
    assert [(row["model"], row["split"], row["section"]) for row in rows] == [
        ("global_mean", "random", "rating"),
        ("bias_only", "random", "rating"),
    ]
    assert "bias_only" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--models", "none"], "no model is called 'none'; there are global_mean, svd, bias_only"),
        (["--split", "none"], "no split is called 'none'; there are random, temporal"),
        (["--json", "/no/such/folder/x.json"], "there is no such folder to write to"),
        (["--data", "missing.json"], "missing.json: there is no such file"),
    ],
    ids=["model", "split", "folder", "file"],
)
def test_wrong_arguments_are_one_line_errors(reviews, capsys, arguments, message):
    assert rating.main(["--data", str(reviews), "--format", FORMAT, *arguments]) == 1
    assert message in capsys.readouterr().err
