"""Vectors of pictures, from a neural network if its weights are present, else from colours and edges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from ml.content.colours_and_edges import ColoursAndEdges
from ml.content.rows import unit_rows

N_DIMENSIONS = 512
PICTURES_PER_BATCH = 32
LARGEST_PICTURE = 50_000_000  # pixels; protects against decompression bombs


class Backbone(Protocol):
    """Protocol of an image encoder. name: for the metadata; size: expected width and height, in pixels."""

    name: str
    size: int

    def describe(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the vectors of b pictures, uint8 RGB [b, size, size, 3], as float32 [b, 512]; any length."""


@dataclass(frozen=True, eq=False)
class ImageVectors:
    """Vectors of n pictures, float32 [n, 512], unit rows, zero for a missing or broken picture.

    - `backbone`: name of the encoder;
    - `n_missing`: no path or no file; `n_broken`: no picture, truncated, or more than 50 million pixels.
    """

    vectors: NDArray[np.float32]
    backbone: str
    n_missing: int = 0
    n_broken: int = 0


def describe_images(
    paths: Sequence[Path | None],
    *,
    backbone: Backbone | None = None,
    progress: Callable[[float], None] | None = None,
) -> ImageVectors:
    """Return the vectors of n picture files, row i for path i; an unusable file gives the zero row.

    - `backbone`: see `keras_backbone.find_backbone`; None: `ColoursAndEdges`;
    - `progress`: called with the share done.

    Each picture is rotated by its EXIF orientation, put on white and resized to a square.
    """
    chosen = backbone or ColoursAndEdges()
    vectors = np.zeros((len(paths), N_DIMENSIONS), np.float32)
    readable = 0
    for rows, pictures in _batches(paths, chosen.size):
        vectors[rows] = _describe(chosen, pictures)
        readable += len(rows)
        if progress:
            progress((rows[-1] + 1) / len(paths))
    missing = sum(path is None or not path.is_file() for path in paths)
    return ImageVectors(unit_rows(vectors), chosen.name, missing, len(paths) - missing - readable)


def read_picture(path: Path, size: int) -> NDArray[np.uint8] | None:
    """Return a picture as uint8 RGB [size, size, 3]; None when it cannot be read completely."""
    try:
        with Image.open(path) as opened:
            if opened.width * opened.height > LARGEST_PICTURE:
                return None
            opened.draft("RGB", (2 * size, 2 * size))  # a JPEG is decoded no larger than needed
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
            paper = Image.new("RGBA", upright.size, "white")
            flat = Image.alpha_composite(paper, upright).convert("RGB")
            return np.asarray(flat.resize((size, size), Image.Resampling.BILINEAR, reducing_gap=2.0))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None


def _batches(paths: Sequence[Path | None], size: int) -> Iterator[tuple[list[int], NDArray[np.uint8]]]:
    """Yield batches of rows and pictures, uint8 [b, size, size, 3], of the readable files."""
    rows: list[int] = []
    pictures: list[NDArray[np.uint8]] = []
    for row, path in enumerate(paths):
        picture = read_picture(path, size) if path is not None else None
        if picture is not None:
            rows.append(row)
            pictures.append(picture)
        if len(rows) == PICTURES_PER_BATCH:
            yield rows, np.stack(pictures)
            rows, pictures = [], []
    if rows:
        yield rows, np.stack(pictures)


def _describe(backbone: Backbone, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    vectors = backbone.describe(pictures)
    if vectors.shape != (len(pictures), N_DIMENSIONS) or not np.isfinite(vectors).all():
        raise ValueError(
            f"{backbone.name} gave {vectors.shape}, expected {(len(pictures), N_DIMENSIONS)} and finite numbers"
        )
    return vectors
