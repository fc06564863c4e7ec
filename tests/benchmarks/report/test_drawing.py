from xml.etree import ElementTree

from benchmarks.report.drawing import drawn_axes, picture
from tests.benchmarks.report.small import svg


def drawn():
    with drawn_axes(2.0) as (figure, axes):
        axes.plot([0, 1], [0, 1])
        axes.set_xlabel("\u4e2d steps")
        return picture(figure, "Title", "A line from 0 to 1.")


def test_a_picture_stands_alone_and_follows_the_page_by_day_and_night():
    made = drawn()
    text = svg(made)

    assert (made.title, made.alt) == ("Title", "A line from 0 to 1.")
    assert ElementTree.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 our own text
    assert "prefers-color-scheme:dark" in text
    assert "currentColor" in text
    assert "#010203" not in text
    assert 'href="http' not in text


def test_the_same_figure_gives_the_same_picture():
    assert drawn() == drawn()
