"""Opening, reading, progress, and what is refused as a whole."""

import gzip
import os
import zipfile

import pytest

from ml.datasets import line_source
from ml.datasets.line_source import LineSource
from ml.datasets.records import DatasetError, RowError


def lines_of(path):
    with LineSource(path) as source:
        return list(source.lines())


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_lines_numbers_and_position(tmp_path, pack):
    path = tmp_path / "data.bin"
    path.write_bytes(pack("é1\n\nlast".encode()))

    with LineSource(path) as source:
        assert source.sample == ("é1\n", "\n", "last")
        assert source.line_number == 0
        seen = [(source.line_number, line) for line in source.lines()]
        assert source.position == source.size == path.stat().st_size

    assert seen == [(1, "é1\n"), (2, "\n"), (3, "last")]


def test_the_sample_is_only_the_beginning(tmp_path):
    path = tmp_path / "data.txt"
    path.write_text("".join(f"{number}\n" for number in range(100)))

    with LineSource(path) as source:
        assert len(source.sample) == line_source.SAMPLE_LINES
        assert list(source.lines()) == [f"{number}\n" for number in range(100)]
        assert source.line_number == 100


def test_position_grows_with_what_is_read(tmp_path):
    path = tmp_path / "data.gz"
    path.write_bytes(gzip.compress(os.urandom(600_000).hex().replace("0", "\n").encode()))

    with LineSource(path) as source:
        positions = [source.position for _ in source.lines()]

    assert positions == sorted(positions)
    middle = positions[len(positions) // 2] / path.stat().st_size
    assert 0.4 < middle < 0.6


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            (b"", "the file is empty: download or export it again"),
            (b"\n \n", "the file holds no rows: download or export it again"),
            ("id,name\n".encode("utf-16"), "this is UTF-16 text: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"),
            (b"i\0d\0,\0", "this is not UTF-8 text: save it as UTF-8 (iconv) and try again"),
            (b"BZh91AY&SY", "this is bzip2: unpack it first (bunzip2)"),
            (b"\xfd7zXZ\0\0\0", "this is xz: unpack it first (unxz)"),
            (b"\x28\xb5\x2f\xfd\x04\x00", "this is zstd: unpack it first (unzstd)"),
        ],
    )
    def test_content(self, tmp_path, content, problem):
        path = tmp_path / "data.csv"
        path.write_bytes(content)

        with pytest.raises(DatasetError) as caught:
            LineSource(path)

        assert str(caught.value).startswith(str(path))
        assert str(caught.value).endswith(f": {problem}")

    def test_a_spreadsheet_or_zip_archive(self, tmp_path):
        path = tmp_path / "book.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("sheet.xml", "<x/>")

        with pytest.raises(DatasetError, match="save it as CSV"):
            LineSource(path)

    def test_missing(self, tmp_path):
        with pytest.raises(DatasetError, match=r"nothing\.csv: there is no such file: check the path$"):
            LineSource(tmp_path / "nothing.csv")

    def test_folder(self, tmp_path):
        with pytest.raises(DatasetError, match="this is a folder: name a file in it$"):
            LineSource(tmp_path)

    def test_pipe(self, tmp_path):
        os.mkfifo(tmp_path / "pipe")

        with pytest.raises(DatasetError, match="not an ordinary file: save the data to a file first$"):
            LineSource(tmp_path / "pipe")

    def test_no_permission(self, tmp_path, monkeypatch):
        path = tmp_path / "secret.csv"
        path.write_text("a\n")

        def refuse(*_):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(type(path), "open", refuse)

        with pytest.raises(DatasetError, match=r"secret\.csv: cannot be opened: Permission denied$"):
            LineSource(path)


class TestBadLines:
    def test_bytes_that_are_not_utf8(self, tmp_path):
        path = tmp_path / "data.txt"
        path.write_bytes(b"one\ncaf\xe9\nthree\n")

        assert lines_of(path) == [
            "one\n",
            RowError(2, "not UTF-8 (0xe9 at byte 4 of the line): save the file as UTF-8"),
            "three\n",
        ]

    @pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
    def test_a_giant_line_is_passed_over_in_little_memory(self, tmp_path, pack):
        path = tmp_path / "data.bin"
        path.write_bytes(pack(b"one\n" + b"x" * 10_000_000 + b"\nthree\n"))

        assert lines_of(path) == ["one\n", RowError(2, "the line is longer than 4 MB"), "three\n"]

    def test_a_line_without_end_stops_the_reading(self, tmp_path, monkeypatch):
        monkeypatch.setattr(line_source, "LONGEST_UNENDING_LINE", 8 * 2**20)
        path = tmp_path / "data.txt"
        path.write_bytes(b"one\n" + b"x" * 20_000_000)

        with (
            LineSource(path) as source,
            pytest.raises(DatasetError, match="line 2: this line does not end within 8 MB"),
        ):
            list(source.lines())


class TestDamagedArchives:
    ROWS = "".join(f"row {number}\n" for number in range(2000)).encode()

    def test_a_whole_one_passes_and_tells_its_progress(self, tmp_path):
        path = tmp_path / "data.gz"
        path.write_bytes(gzip.compress(self.ROWS))
        positions: list[int] = []

        with LineSource(path) as source:
            source.check_complete(positions.append)
            assert sum(1 for _ in source.lines()) == 2000

        assert positions[-1] == path.stat().st_size

    def test_a_plain_file_needs_no_check(self, tmp_path):
        path = tmp_path / "data.txt"
        path.write_bytes(self.ROWS)
        positions: list[int] = []

        with LineSource(path) as source:
            source.check_complete(positions.append)

        assert positions == []

    def test_a_cut_one_is_found_before_anything_is_read(self, tmp_path):
        path = tmp_path / "data.gz"
        path.write_bytes(gzip.compress(self.ROWS)[:-100])

        with LineSource(path) as source:
            with pytest.raises(
                DatasetError, match=r"line \d+: the gzip file is cut off here: download it again$"
            ) as caught:
                source.check_complete()
            assert source.line_number == 0

        assert 1000 < (caught.value.line or 0) <= 2000

    def test_flipped_bytes(self, tmp_path):
        packed = bytearray(gzip.compress(self.ROWS))
        packed[-6] ^= 0xFF
        path = tmp_path / "data.gz"
        path.write_bytes(packed)

        with LineSource(path) as source, pytest.raises(DatasetError, match="the gzip file is damaged here"):
            source.check_complete()

    def test_a_bomb(self, tmp_path, monkeypatch):
        monkeypatch.setattr(line_source, "_BOMB_SIZE", 2**20)
        path = tmp_path / "data.gz"
        path.write_bytes(gzip.compress(b"a\n" + b"\0" * 30_000_000))

        with LineSource(path) as source, pytest.raises(DatasetError, match="unpacks to more than 400 times its size"):
            source.check_complete()

    def test_reading_a_cut_one_names_the_line(self, tmp_path):
        path = tmp_path / "data.gz"
        path.write_bytes(gzip.compress(self.ROWS)[:-100])
        read: list[str | RowError] = []

        with LineSource(path) as source, pytest.raises(DatasetError, match="cut off here") as caught:
            read.extend(source.lines())

        assert len(read) > 1000
        assert caught.value.line == len(read) + 1
        assert read == self.ROWS.decode().splitlines(keepends=True)[: len(read)]
