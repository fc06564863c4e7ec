"""Plain text from product descriptions with HTML, entities and odd spaces."""

import html
import re
from typing import Any

LONGEST_TEXT = 20_000
# Possessive, with \Z as an end, so that many unclosed tags take linear time.
_CODE = re.compile(r"<(script|style)\b[^<]*+(?:<(?!/\1)[^<]*+)*+(?:</\1[^<>]*+>?|\Z)", re.IGNORECASE)
_COMMENT = re.compile(r"<!--[^-]*+(?:-(?!->)[^-]*+)*+(?:-->|\Z)")
_BREAK = re.compile(r"<(?:br|/p|/li|/div|/h\d|/tr)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\ufeff\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\s*\n\s*")


def clean_text(value: Any) -> str:
    """Return text without HTML, entities and control characters; line breaks stay. Return an empty string for anything
    but text."""
    if not isinstance(value, str):
        return ""
    text = value[:LONGEST_TEXT]
    if "<" in text or "&" in text:
        # Twice, because some descriptions were escaped before they were stored.
        text = html.unescape(_without_markup(html.unescape(_without_markup(text))))
    text = _CONTROL.sub("", text.replace("\r", "\n"))
    return _BLANK_LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def clean_line(value: Any, *, longest: int) -> str:
    """Return cleaned text on one line, shortened at the end of a word, with an ellipsis, when it is too long."""
    text = clean_text(value).replace("\n", " ")
    if len(text) <= longest:
        return text
    return f"{text[: longest - 1].rsplit(' ', 1)[0].rstrip(' ,;')}…"


def clean_paragraphs(*values: Any) -> str:
    """Return texts and lists of texts as cleaned lines, without empty and repeated ones."""
    parts = [part for value in values for part in (value if isinstance(value, list | tuple) else [value])]
    lines = [line for part in parts for line in clean_text(part).split("\n") if line]
    return "\n".join(dict.fromkeys(lines))[:LONGEST_TEXT]


def web_address(value: Any, *, longest: int = 500) -> str:
    """Return an https address of a picture, or an empty string for anything else.

    http becomes https, because a shop's pages load no pictures over http.
    """
    text = value.strip() if isinstance(value, str) else ""
    text = f"https://{text[7:]}" if text.lower().startswith("http://") else text
    is_usable = text.lower().startswith("https://") and text.isprintable() and not set(text) & set(" \"'<>\\`")
    return text if is_usable and len(text) <= longest else ""


def _without_markup(text: str) -> str:
    text = _COMMENT.sub(" ", _CODE.sub(" ", text))
    return _TAG.sub(" ", _BREAK.sub("\n", text))
