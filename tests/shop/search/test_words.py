"""Words of a text."""

import pytest

from shop.search.words import LONGEST_WORD, MOST_WORDS, folded, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Desk-lamp, “brass”!", ["Desk", "lamp", "brass"]),
        ("snake_case 12V", ["snake", "case", "12V"]),
        ("Cafe\u0301", ["Caf\u00e9"]),
        ("!?", []),
        ("", []),
    ],
)
def test_words_are_letters_and_digits_composed(text, words):
    assert words_of(text) == words


def test_words_are_bounded():
    assert words_of("a " * 100) == ["a"] * MOST_WORDS
    assert words_of("x" * 1000) == ["x" * LONGEST_WORD]


@pytest.mark.parametrize(("word", "plain"), [("CAF\u00c9", "cafe"), ("Lamp", "lamp"), ("\u00fcber", "uber")])
def test_folded_words_have_neither_case_nor_accents(word, plain):
    assert folded(word) == plain
