"""Line by line reading of plain and gzipped text files, in constant memory and with progress."""

import gzip
import io
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from ml.datasets.records import DatasetError, RowError

LONGEST_LINE = 4 * 2**20
LONGEST_UNENDING_LINE = 64 * 2**20
SAMPLE_LINES = 20
_BLOCK = 2**20
# Text compresses 10 to 50 times; only a decompression bomb exceeds this ratio.
_BOMB_SIZE, _BOMB_RATIO = 64 * 2**20, 400
_GZIP_MAGIC = b"\x1f\x8b"
_FOREIGN = {
    b"PK\x03\x04": "a zip archive or spreadsheet: unpack it, or save it as CSV (UTF-8), and name that file",
    b"BZh": "bzip2: unpack it first (bunzip2)",
    b"\xfd7zXZ": "xz: unpack it first (unxz)",
    b"\x28\xb5\x2f\xfd": "zstd: unpack it first (unzstd)",
    b"\xff\xfe": "UTF-16 text: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)",
    b"\xfe\xff": "UTF-16 text: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)",
}
_UTF8_MARK = b"\xef\xbb\xbf"


class LineSource:
    """Open text file, for a `with` statement.

    - `size`, `position`: bytes on disk and bytes read of them, so that their ratio is the progress of plain and gzipped
      files;
    - `line_number`: physical line read last, the first is 1.
    """

    def __init__(self, path: Path) -> None:
        """Open the file. Raise DatasetError when it is missing, empty, not a file, or not text."""
        self.path = path
        self.line_number = self._lines_read = 0
        self._disk = _open(path)
        try:
            self.size = self._disk.seek(0, io.SEEK_END)
            self._disk.seek(0)
            self.is_gzipped = self._recognise_packing()
            self._text = gzip.GzipFile(fileobj=self._disk, mode="rb") if self.is_gzipped else self._disk
            self._head = self._read_head()
        except BaseException:
            self._disk.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._disk.close()

    @property
    def position(self) -> int:
        """Bytes read from the file on disk so far, between 0 and `size`."""
        return self._disk.tell()

    @property
    def sample(self) -> tuple[str, ...]:
        """First lines (at most SAMPLE_LINES), to recognise the format; they are yielded by `lines` too."""
        return tuple(line.decode("utf-8", "replace") for line in self._head if len(line) <= LONGEST_LINE)

    def check_complete(self, on_progress: Callable[[int], None] | None = None) -> None:
        """Decompress a gzipped file once and discard the result, to find damage before work starts.

        `on_progress` is called with the bytes read from disk. Raise DatasetError for a truncated or damaged file and
        for a suspicious size. A plain file has no checksum and is not read.
        """
        if not self.is_gzipped:
            return
        unpacked_size = line_ends = 0
        with _open(self.path) as disk:
            unpacked = gzip.GzipFile(fileobj=disk, mode="rb")
            with self._damage_as_dataset_error(lambda: line_ends + 1):
                while block := unpacked.read1(_BLOCK):
                    unpacked_size += len(block)
                    line_ends += block.count(b"\n")
                    if unpacked_size > _BOMB_SIZE and unpacked_size > _BOMB_RATIO * disk.tell():
                        raise DatasetError(
                            self.path, f"it unpacks to more than {_BOMB_RATIO} times its size: not a file of records"
                        )
                    if on_progress:
                        on_progress(disk.tell())

    def lines(self) -> Iterator[str | RowError]:
        """Yield every line with its line end, or a RowError for one that is too long or not UTF-8."""
        for raw in chain(self._head, self._rest()):
            self.line_number += 1
            if len(raw) > LONGEST_LINE:
                if not raw.endswith(b"\n"):
                    self._skip_to_line_end(len(raw))
                yield RowError(self.line_number, f"the line is longer than {LONGEST_LINE // 2**20} MB")
                continue
            try:
                yield raw.decode("utf-8")
            except UnicodeDecodeError as error:
                where = f"0x{raw[error.start]:02x} at byte {error.start + 1} of the line"
                yield RowError(self.line_number, f"not UTF-8 ({where}): save the file as UTF-8")

    def _recognise_packing(self) -> bool:
        start = self._disk.read(8)
        self._disk.seek(0)
        if not start:
            raise DatasetError(self.path, "the file is empty: download or export it again")
        for magic, advice in _FOREIGN.items():
            if start.startswith(magic):
                raise DatasetError(self.path, f"this is {advice}")
        return start.startswith(_GZIP_MAGIC)

    def _read_head(self) -> list[bytes]:
        head: list[bytes] = []
        for line in islice(self._rest(), SAMPLE_LINES):
            head.append(line)
            if len(line) > LONGEST_LINE:
                break
        if not head or not any(line.strip() for line in head):
            raise DatasetError(self.path, "the file holds no rows: download or export it again")
        head[0] = head[0].removeprefix(_UTF8_MARK)
        if b"\0" in head[0][:1000]:
            raise DatasetError(self.path, "this is not UTF-8 text: save it as UTF-8 (iconv) and try again", line=1)
        return head

    def _skip_to_line_end(self, seen: int) -> None:
        with self._damage_as_dataset_error(lambda: self.line_number):
            while seen <= LONGEST_UNENDING_LINE:
                piece = self._text.readline(_BLOCK)
                seen += len(piece)
                if not piece or piece.endswith(b"\n"):
                    return
        raise DatasetError(
            self.path,
            f"this line does not end within {LONGEST_UNENDING_LINE // 2**20} MB: not a file of records",
            line=self.line_number,
        )

    def _rest(self) -> Iterator[bytes]:
        with self._damage_as_dataset_error(lambda: self._lines_read + 1):
            while line := self._text.readline(LONGEST_LINE + 1):
                self._lines_read += 1
                yield line

    @contextmanager
    def _damage_as_dataset_error(self, line: Callable[[], int]) -> Iterator[None]:
        """Turn the errors of a damaged file into a DatasetError with the line reached."""
        try:
            yield
            return
        except EOFError:
            problem = "the gzip file is cut off here: download it again"
        except (gzip.BadGzipFile, zlib.error) as error:
            problem = f"the gzip file is damaged here ({error}): download it again"
        except OSError as error:
            problem = f"cannot be read further: {error.strerror or error}"
        raise DatasetError(self.path, problem, line=line())


def _open(path: Path) -> BinaryIO:
    try:
        if stat.S_ISDIR(mode := path.stat().st_mode):
            raise DatasetError(path, "this is a folder: name a file in it")
        if not stat.S_ISREG(mode):
            raise DatasetError(path, "not an ordinary file: save the data to a file first")
        return path.open("rb")
    except FileNotFoundError:
        raise DatasetError(path, "there is no such file: check the path") from None
    except OSError as error:
        raise DatasetError(path, f"cannot be opened: {error.strerror or error}") from None
