"""Picture files: checked, resized for pages, and written whole or not at all."""

import os
import secrets
import warnings
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage
from PIL import Image, ImageOps

from shop.catalogue.pictures.download import PictureError

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
SMALLEST_SIDE = 16
MOST_PIXELS = 50_000_000
WEBP_QUALITY = 82
WEBP_METHOD = 4


class Sizes(NamedTuple):
    """WebP files of one picture: for product pages, and for cards. The longer side in pixels is in the model."""

    large: bytes
    small: bytes


def to_sizes(content: bytes, *, large: int, small: int) -> Sizes:
    """Return the picture as WebP, its longer side no longer than `large` and `small` pixels, turned upright, on white.

    PictureError for anything but a whole JPEG, PNG, WebP or GIF of 16 pixels to 50 megapixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the size is checked below
            picture = Image.open(BytesIO(content), formats=FORMATS)
        _refuse_size(picture)
        picture.draft("RGB", (2 * large, 2 * large))  # a JPEG is decoded no larger than needed
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PictureError(f"the file is no picture that can be read: {error}".partition("\n")[0][:200]) from None
    flat = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright).convert("RGB")
    return Sizes(*(_webp(flat, side) for side in (large, small)))


def write_whole(storage: Storage, name: str, content: bytes) -> None:
    """Put a file into the storage in place of one of the same name; nobody ever sees a part of it."""
    if not isinstance(storage, FileSystemStorage):  # the others show a file when it is complete
        if storage.exists(name):
            storage.delete(name)
        storage.save(name, ContentFile(content))
        return
    path = Path(storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        beside.write_bytes(content)
        beside.chmod(0o644)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _refuse_size(picture: Image.Image) -> None:
    width, height = picture.size
    if min(width, height) < SMALLEST_SIDE or width * height > MOST_PIXELS:
        raise PictureError(
            f"the picture is {width} x {height}: expected at least {SMALLEST_SIDE} pixels a side and at most"
            f" {MOST_PIXELS:,} in all"
        )


def _webp(picture: Image.Image, side: int) -> bytes:
    sized, file = picture.copy(), BytesIO()
    sized.thumbnail((side, side), Image.Resampling.LANCZOS)
    sized.save(file, "WEBP", quality=WEBP_QUALITY, method=WEBP_METHOD)
    return file.getvalue()
