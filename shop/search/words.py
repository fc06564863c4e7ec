"""The words of what somebody types."""

import re
import unicodedata

MOST_WORDS = 16
LONGEST_WORD = 64
_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """Return the first MOST_WORDS words of a text, composed (NFC), each cut at LONGEST_WORD."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(unicodedata.normalize("NFC", text))[:MOST_WORDS]]


def folded(word: str) -> str:
    """Return a word in lower case and without accents, as the index compares it."""
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)).lower()
