import re

from benchmarks.measuring.run_stamp import code_version, machine, stamped


def test_rows_know_their_section_and_how_they_came():
    (row,) = stamped(
        [{"dataset": "tiny"}],
        section="quality",
        program="benchmarks.quality",
        arguments=["--data", "/home/of/somebody/ratings/", "--json=/tmp/rows.json", "--datasets", "a,b c"],
        seed=3,
    )

    assert (row["dataset"], row["section"], row["run"]["seed"]) == ("tiny", "quality", 3)
    assert row["run"]["command"] == ("python -m benchmarks.quality --data ratings --json=rows.json --datasets 'a,b c'")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["run"]["date"])


def test_machine_is_described():
    found = machine()

    assert set(found) == {"cpu", "cores", "memory_gib", "python", "libraries"}
    assert found["cores"] >= 1
    assert found["memory_gib"] > 0.1
    assert re.match(r"\d+\.\d+", found["libraries"]["numpy"])


def test_the_code_version_is_one_word():
    assert code_version()
    assert len(code_version().split()) == 1
