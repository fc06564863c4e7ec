"""Matplotlib figures as pictures of the page: SVG text, readable in light and dark mode and on a phone."""

from __future__ import annotations

import base64
import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cycler import cycler
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

WIDTH = 4.3  # inches of 96 pixels: about as wide as a phone, so that letters keep their size there
COLOURS = ("#d9603f", "#3f86c6", "#3f9a70", "#a86fc0", "#c9820a", "#c25684", "#5f8f95", "#8a7a68")
QUIET = "#8f8590"
# Placeholder for the colour of the text, which differs between light and dark mode.
_TEXT = "#010203"
_ADAPT = "<style>svg{color:#2b1d2c}@media(prefers-color-scheme:dark){svg{color:#f4ebe3}}</style>"
_STYLE: dict[str, object] = {
    "font.size": 9.0,
    "axes.titlesize": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.prop_cycle": cycler(color=COLOURS),
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "figure.constrained_layout.use": True,
    "legend.frameon": False,
    "legend.fontsize": 8.0,
    "grid.alpha": 0.15,
    "grid.linewidth": 0.8,
    "savefig.transparent": True,
    "svg.fonttype": "path",
    "svg.hashsalt": "kindred",
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), _TEXT),
    **dict.fromkeys(("xtick.labelcolor", "ytick.labelcolor", "grid.color", "legend.labelcolor"), _TEXT),
}


@dataclass(frozen=True)
class Picture:
    """A picture of the page. alt: title and figures in words; source: a data: address of an SVG."""

    title: str
    alt: str
    source: str


@contextmanager
def drawn_axes(height: float) -> Iterator[tuple[Figure, Axes]]:
    """Yield a figure of the page's style, height in inches, and its axes."""
    with style.context(_STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        yield figure, figure.subplots()


def picture(figure: Figure, title: str, alt: str) -> Picture:
    """Return the figure as a picture."""
    written = io.StringIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # a box stands for a letter the font lacks
        figure.savefig(written, format="svg", dpi=200, metadata={"Date": None, "Creator": None})
    svg = written.getvalue()
    svg = svg[svg.index("<svg") :].replace(_TEXT, "currentColor")
    svg = re.sub(r"(<svg[^>]*>)", rf"\g<1>{_ADAPT}", svg, count=1)
    return Picture(title, alt, "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode())
