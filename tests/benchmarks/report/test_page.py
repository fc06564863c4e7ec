import pytest

from benchmarks.report.drawing import Picture
from benchmarks.report.page import Section, Table, render

SECTIONS = [
    Section(
        "one",
        "First & best",
        ["Text <b>"],
        [Table("Figures", ["name", "value", "said"], [["<dmf>", "0.5", "in words"]], ("said",))],
        [Picture("A picture", 'Says "more"', "data:image/svg+xml;base64,AAAA")],
    ),
    Section("two", "Second", [], [], []),
]


def test_everything_stands_in_the_page_and_is_escaped():
    html = render("Compared", "Made today.", SECTIONS)

    assert "<h1>Compared</h1>" in html
    assert '<a href="#one">First &amp; best</a>' in html
    assert "<p>Text &lt;b&gt;</p>" in html
    assert '<th scope="row">&lt;dmf&gt;</th><td>0.5</td><td class="words">in words</td>' in html
    assert '<img src="data:image/svg+xml;base64,AAAA" alt="Says &quot;more&quot;">' in html
    assert "<footer>Made today.</footer>" in html


def test_the_page_needs_no_network():
    html = render("Compared", "", SECTIONS)

    assert "http" not in html
    assert "<script" not in html
    assert "<link" not in html
    assert "prefers-color-scheme: dark" in html
    assert 'name="viewport"' in html


def test_a_row_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        render("x", "", [Section("one", "", [], [Table("Figures", ["name", "value"], [["dmf"]])], [])])
