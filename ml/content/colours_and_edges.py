"""Histograms of a picture's colours and edges on a grid: picture vectors without a trained network."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.content.rows import unit_rows

SHADES = 4  # of each of red, green and blue
COLOUR_CELLS = 2  # across and down
ORIENTATIONS = 16
EDGE_CELLS = 4
RED_GREEN_BLUE = np.array([0.299, 0.587, 0.114], np.float32)  # luma of ITU-R BT.601


class ColoursAndEdges:
    """256 dimensions for colours and 256 for edges, of equal weight; the product of two vectors is their similarity.

    Colours: number of pixels of each quarter in each of 4 x 4 x 4 shades (Swain and Ballard, "Color Indexing", IJCV
    7(1), 1991). Edges: gradient of each of 4 x 4 cells in each of 16 directions (histograms of oriented gradients;
    Dalal and Triggs, CVPR 2005). The square roots of both make the product the Bhattacharyya affinity.
    """

    name = "colours-and-edges"
    size = 64

    def describe(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the vectors of b pictures, uint8 RGB [b, 64, 64, 3], as float32 [b, 512], length 1."""
        halves = [unit_rows(np.sqrt(part(pictures))) for part in (_colours, _edges)]
        return unit_rows(np.concatenate(halves, axis=1))


def _colours(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    shades = pictures.astype(np.int64) * SHADES // 256
    bins = (shades[..., 0] * SHADES + shades[..., 1]) * SHADES + shades[..., 2]
    return _histogram(bins, np.ones(bins.shape, np.float32), SHADES**3, COLOUR_CELLS)


def _edges(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    light = pictures @ RED_GREEN_BLUE
    down, across = np.gradient(light, axis=(1, 2))
    angles = np.arctan2(down, across) % (2 * np.pi)
    bins = (angles * (ORIENTATIONS / (2 * np.pi))).astype(np.int64) % ORIENTATIONS
    return _histogram(bins, np.hypot(down, across), ORIENTATIONS, EDGE_CELLS)


def _histogram(
    bins: NDArray[np.int64], amounts: NDArray[np.floating[Any]], n_bins: int, cells: int
) -> NDArray[np.float32]:
    """Return the amounts in each bin of each cell, float32 [b, cells x cells x n_bins]; bins, amounts: [b, h, w]."""
    count, height, width = bins.shape
    rows, columns = np.arange(height) * cells // height, np.arange(width) * cells // width
    places = (rows[:, None] * cells + columns) * n_bins + bins
    places += np.arange(count)[:, None, None] * (cells * cells * n_bins)
    totals = np.bincount(places.ravel(), weights=amounts.ravel(), minlength=count * cells * cells * n_bins)
    return totals.reshape(count, -1).astype(np.float32)
