import gzip

import pytest

from benchmarks.ranking_files import RankingFileError, ranking_set_names, read_ranking_set

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


@pytest.mark.parametrize(
    ("part", "content", "message"),
    [
        ("train.rating", "", "is empty"),
        ("train.rating", "0\tx\t5\n", r"tiny\.train\.rating: expected tab-separated user, item, rating"),
        ("test.negative", "(0;2)\t1\n", r"tiny\.test\.negative, line 1: expected"),
        ("test.negative", "(0,2)\t-1\n", r"tiny\.test\.negative, line 1: expected"),
        ("test.negative", "(0,2)\t1\n", "do not list the same pairs"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*input contained no data")
def test_broken_files_are_named(folder, part, content, message):
    (folder / f"tiny.{part}").write_text(content)

    with pytest.raises(RankingFileError, match=message):
        read_ranking_set(folder, "tiny")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(RankingFileError, match=r"none\.train\.rating\.gz is missing"):
        read_ranking_set(tmp_path, "none")
