"""Plain text out of HTML, and addresses of pictures."""

import time

import pytest

from ml.datasets.text_cleaning import LONGEST_TEXT, clean_line, clean_paragraphs, clean_text, web_address


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Maggiano&#39;s &amp; more", "Maggiano's & more"),
        ("<p>One</p><p>two<br/>three</p>", "One\ntwo\nthree"),
        ("a<script>alert('x')</script>b", "a b"),
        ("a<STYLE>.x{}</STYLE >b<script>never closed", "a b"),
        ("a<!-- hidden - <b>x</b> -->b<!-- never closed", "a b"),
        ("&lt;b&gt;bold&lt;/b&gt; &amp;amp; more", "bold & more"),
        ("3 < 5 and 7 > 5", "3 < 5 and 7 > 5"),
        ("tab\t\xa0and\x00zero\u200bwidth\r\nnext \n\n last", "tab andzerowidth\nnext\nlast"),
        ("lone \ud800 half", "lone half"),
        (None, ""),
        (["x"], ""),
        (5, ""),
    ],
)
def test_clean_text(value, expected):
    assert clean_text(value) == expected


@pytest.mark.parametrize("piece", ["<", "<script", "<a ", "<!--", "<!-", "</", "<script><", " ", "\n", "&lt;"])
def test_hostile_text_costs_no_more_than_its_length(piece):
    started = time.process_time()
    clean_text(piece * 1_000_000)

    assert time.process_time() - started < 1.0


def test_long_text_is_cut():
    assert len(clean_text("word " * 100_000)) <= LONGEST_TEXT


def test_clean_line():
    assert clean_line("one\ntwo", longest=20) == "one two"
    assert clean_line("a lamp with a long name, and more", longest=24) == "a lamp with a long…"
    assert clean_line("unbreakable", longest=5) == "unbr…"


def test_clean_paragraphs_drops_empty_and_repeated_lines():
    assert clean_paragraphs(["One", "", "<p>Two</p>", "One"], None, "Three", 4) == "One\nTwo\nThree"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://pictures.example/a.jpg", "https://pictures.example/a.jpg"),
        ("http://pictures.example/a.jpg", "https://pictures.example/a.jpg"),
        ("javascript:alert(1)", ""),
        ("//pictures.example/a.jpg", ""),
        ('https://x.example/"onload="a', ""),
        ("https://x.example/" + "a" * 500, ""),
        ("https://x.example/a b", ""),
        (None, ""),
        ({}, ""),
    ],
)
def test_web_address(value, expected):
    assert web_address(value) == expected
