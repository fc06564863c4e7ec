from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from django.core.files.storage import FileSystemStorage, InMemoryStorage
from PIL import Image

from shop.catalogue.pictures import files as picture_files
from shop.catalogue.pictures.download import PictureError
from shop.catalogue.pictures.files import to_sizes, write_whole
from tests.shop.picture_server import picture_bytes


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_two_sizes_as_webp(kind):
    sizes = to_sizes(picture_bytes("red", (800, 400), kind), large=600, small=300)

    large, small = opened(sizes.large), opened(sizes.small)

    assert (large.format, large.size) == ("WEBP", (600, 300))
    assert (small.format, small.size) == ("WEBP", (300, 150))
    assert np.abs(np.asarray(large)[150, 300].astype(int) - [255, 0, 0]).max() < 10


@pytest.mark.parametrize(
    ("size", "large", "small"),
    [
        pytest.param((640, 100), (40, 6), (20, 3), id="wide"),
        pytest.param((100, 640), (6, 40), (3, 20), id="tall"),
        pytest.param((640, 480), (40, 30), (20, 15), id="both sides larger"),
    ],
)
def test_a_jpeg_is_decoded_large_enough_for_exact_proportions(size, large, small):
    """A JPEG decoded at an eighth has 80 x 13 pixels of 640 x 100."""
    sizes = to_sizes(picture_bytes(size=size, kind="JPEG"), large=40, small=20)

    assert (opened(sizes.large).size, opened(sizes.small).size) == (large, small)


def test_a_small_picture_is_not_blown_up():
    assert opened(to_sizes(picture_bytes(size=(40, 20)), large=600, small=300).large).size == (40, 20)


def test_holes_become_white():
    file = BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(file, "PNG")

    large = opened(to_sizes(file.getvalue(), large=40, small=20).large)

    assert np.asarray(large.convert("RGB")).min() == 255


def test_what_the_camera_wrote_into_the_file_is_used_and_left_out():
    file, exif = BytesIO(), Image.Exif()
    exif[0x0112] = 6  # lying on its side
    Image.new("RGB", (80, 40)).save(file, "JPEG", exif=exif)

    large = opened(to_sizes(file.getvalue(), large=80, small=20).large)

    assert large.size == (40, 80)
    assert len(large.getexif()) == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg/>", "no picture that can be read"),
        (b"", "no picture that can be read"),
        (picture_bytes()[:200], "no picture that can be read"),
        (picture_bytes(kind="BMP"), "no picture that can be read"),
        (picture_bytes(size=(800, 15)), "the picture is 800 x 15: expected at least 16 pixels a side"),
    ],
    ids=["drawing", "empty", "cut off", "other format", "line"],
)
def test_what_cannot_be_shown_is_refused(content, words):
    with pytest.raises(PictureError, match=words):
        to_sizes(content, large=600, small=300)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(monkeypatch):
    monkeypatch.setattr(picture_files, "MOST_PIXELS", 800 * 400 - 1)
    broken_later = picture_bytes()[:100]

    with pytest.raises(PictureError, match="at most 319,999 in all"):
        to_sizes(broken_later, large=600, small=300)


def test_a_file_is_replaced_and_nothing_lies_beside_it(tmp_path):
    storage = FileSystemStorage(tmp_path)
    write_whole(storage, "a/b.webp", b"old")
    write_whole(storage, "a/b.webp", b"new")

    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.webp"]
    assert (tmp_path / "a" / "b.webp").read_bytes() == b"new"


def test_a_disk_that_refuses_leaves_the_old_file(tmp_path, monkeypatch):
    storage = FileSystemStorage(tmp_path)
    write_whole(storage, "b.webp", b"old")

    def refuse(path: Path, mode: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(OSError, match="no space left"):
        write_whole(storage, "b.webp", b"new")

    assert [path.name for path in tmp_path.iterdir()] == ["b.webp"]
    assert (tmp_path / "b.webp").read_bytes() == b"old"


def test_a_storage_without_paths_is_written_to_as_well():
    storage = InMemoryStorage()
    write_whole(storage, "b.webp", b"old")
    write_whole(storage, "b.webp", b"new")

    assert storage.open("b.webp").read() == b"new"
