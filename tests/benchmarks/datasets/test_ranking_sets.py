import gzip

import numpy as np
import pytest

from benchmarks.datasets.ranking_sets import RankingSetError, ranking_set_names, read_ranking_set

TRAIN = "0\t0\t5\t900\n0\t1\t3\t901\n1\t1\t1\t902\n"
TEST = "0\t2\t4\n1\t0\t4\n"
NEGATIVE = "(0,2)\t3\t2\t1\n(1,0)\t4\t3\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tiny.train.rating").write_text(TRAIN)
    (tmp_path / "tiny.test.rating").write_text(TEST)
    (tmp_path / "tiny.test.negative").write_text(NEGATIVE)
    (tmp_path / "half.train.rating").write_text(TRAIN)
    return tmp_path


def test_only_complete_triples_are_listed(folder):
    assert ranking_set_names(folder) == ("tiny",)


def test_reads_and_counts_the_flaws(folder):
    read = read_ranking_set(folder, "tiny")

    assert (read.train.n_users, read.train.n_items) == (2, 5)
    assert read.train.to_csr().toarray().tolist() == [[5, 3, 0, 0, 0], [0, 1, 0, 0, 0]]
    assert (read.cases.users.tolist(), read.cases.positives.tolist()) == ([0, 1], [2, 0])
    assert read.cases.negatives.tolist() == [[3, -1, 1], [4, 3, -1]]
    assert read.dropped == 1
    assert read.in_train.tolist() == [[False, False, True], [False, False, False]]


def test_a_gzipped_train_file_is_the_same(folder):
    plain = read_ranking_set(folder, "tiny")
    (folder / "tiny.train.rating").unlink()
    (folder / "tiny.train.rating.gz").write_bytes(gzip.compress(TRAIN.encode()))

    assert ranking_set_names(folder) == ("tiny",)
    assert read_ranking_set(folder, "tiny").train.items.tolist() == plain.train.items.tolist()


def test_all_three_may_be_gzipped(folder):
    for part in ("train.rating", "test.rating", "test.negative"):
        plain = folder / f"tiny.{part}"
        plain.with_name(plain.name + ".gz").write_bytes(gzip.compress(plain.read_bytes()))
        plain.unlink()

    assert read_ranking_set(folder, "tiny").cases.negatives.tolist() == [[3, -1, 1], [4, 3, -1]]


def test_other_spacing_ids_from_one_and_ratings_of_all_kinds(tmp_path):
    (tmp_path / "wild.train.rating").write_text("1  1 4.5\n\n1 2\t.5  99\n3\t2 0\n7 9 -1\n2 2 1e0\n")
    (tmp_path / "wild.test.rating").write_text(" 1   4  1\n 9 1 1\n")
    (tmp_path / "wild.test.negative").write_text("(1, 4) 2  7\n\n( 9 , 1 )\t4\t\n")
    read = read_ranking_set(tmp_path, "wild")

    # users 1, 2, 9 and items 1, 2, 4, 7 occur; rows rated 0 and -1 are no interactions
    assert read.train.to_csr().toarray().tolist() == [[4.5, 0.5, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]
    assert (read.cases.users.tolist(), read.cases.positives.tolist()) == ([0, 2], [2, 0])
    assert read.cases.negatives.tolist() == [[1, 3], [2, -1]]
    assert read.in_train.tolist() == [[True, False], [False, False]]
    assert read.unrated == 2


def test_files_without_ratings_count_every_row(folder):
    for part in ("train", "test"):
        file = folder / f"tiny.{part}.rating"
        file.write_text("".join("\t".join(line.split()[:2]) + "\n" for line in file.read_text().splitlines()))

    assert read_ranking_set(folder, "tiny").train.weights.tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("part", "content", "message"),
    [
        ("train.rating", "", r"tiny\.train\.rating is empty"),
        ("train.rating", "0\tx\t5\n", r"tiny\.train\.rating: expected user, item, rating in columns"),
        ("train.rating", "0 1 5\n\n0 1.5 5\n", r"tiny\.train\.rating, line 3: user 0, item 1\.5, rating 5; expected"),
        ("train.rating", "-1 1 5\n", r"tiny\.train\.rating, line 1: user -1"),
        ("train.rating", "0 1 nan\n", r"tiny\.train\.rating, line 1: .* rating nan"),
        ("train.rating", "0 1 0\n", "rates nothing above 0"),
        ("test.negative", "(0;2)\t1\n", r"tiny\.test\.negative, line 1: expected"),
        ("test.negative", "(0,2)\t1\n(1,0)\t-1\n", r"tiny\.test\.negative, line 2: expected"),
        ("test.negative", "(0,2)\t1\n", r"rating, line 2, and .*negative, line 2, do not list .*\(2 rows and 1\)"),
        ("test.negative", "(0,3)\t1\n(1,0)\t1\n", r"rating, line 1, and .*negative, line 1, do not list"),
    ],
    ids=["empty", "letters", "half", "negative", "nan", "unrated", "pair", "minus", "fewer", "other"],
)
def test_broken_files_are_named(folder, part, content, message):
    (folder / f"tiny.{part}").write_text(content)

    with pytest.raises(RankingSetError, match=message):
        read_ranking_set(folder, "tiny")


def test_a_test_row_that_train_knows_is_refused(folder):
    (folder / "tiny.train.rating").write_text("1\t0\t5\n" + TRAIN)

    with pytest.raises(
        RankingSetError,
        match=r"tiny\.test\.rating, line 2: this user and item are in tiny\.train\.rating too, as 1 of 2 test rows",
    ):
        read_ranking_set(folder, "tiny")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(RankingSetError, match=r"none\.train\.rating is missing"):
        read_ranking_set(tmp_path, "none")


def written(folder, *histories: list[int], times: bool = False) -> None:
    rows = [(user, item) for user, history in enumerate(histories) for item in history]
    lines = [f"{user}\t{item}\t5" + (f"\t{1000 - at}" if times else "") for at, (user, item) in enumerate(rows)]
    (folder / "tiny.train.rating").write_text("\n".join(lines) + "\n")


def test_a_fourth_column_is_the_time(folder):
    np.testing.assert_array_equal(read_ranking_set(folder, "tiny").train.timestamps, [900, 901, 902])


def test_rows_without_times_stand_in_the_order_of_things(folder):
    written(folder, [3, 1, 4, 0], [4, 2, 1])

    np.testing.assert_array_equal(read_ranking_set(folder, "tiny").train.timestamps, np.arange(7))


@pytest.mark.parametrize("histories", [([0, 1, 3, 4], [1, 2, 4]), ([4, 3, 1, 0], [4, 2, 1]), ([0], [1])])
def test_the_order_of_sorted_rows_says_nothing(folder, histories):
    written(folder, *histories)

    assert read_ranking_set(folder, "tiny").train.timestamps is None


def test_a_time_that_is_no_number_is_refused(folder):
    (folder / "tiny.train.rating").write_text(TRAIN + "1\t3\t1\tnan\n")

    with pytest.raises(RankingSetError, match=r"tiny\.train\.rating, line 4"):
        read_ranking_set(folder, "tiny")
