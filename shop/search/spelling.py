"""Spelling correction: words of the catalogue at edit distance one from a typed word, or with the same beginning.

One edit is a letter left out, put in, changed, or swapped with the next: four of five misspellings (Damerau 1964). All
words at that distance are looked up in the search index at once, as in Norvig, "How to Write a Spelling Corrector". A
word without a match is compared with the words of products that begin like it. No dictionary is kept beside the index,
so every word that can be found can be suggested. rapidfuzz would need one for the first part. In the second, difflib
takes 6 ms for 540 words, once for a search that finds nothing.
"""

import difflib
import json
import string
from collections.abc import Iterable, Sequence

from django.db import connections

from shop.catalogue.models import Product
from shop.search.index import backend_of
from shop.search.words import folded, words_of

LEAST_LETTERS = 3
# Longer words are also compared with those at a greater distance that share the first letters.
LEAST_LETTERS_OF_TWO_EDITS = 6
LETTERS_SHARED = 3
LEAST_LIKENESS = 0.7
CANDIDATES_READ = 5
PRODUCTS_READ = 60
PRODUCTS_COMPARED = 500
MOST_COUNTED = 50


def corrected(query: str, using: str = "default") -> str | None:
    """Return the query with each unknown word replaced by a word of the catalogue.

    None when the catalogue knows all words, or none is near enough. One query, and two for each unknown word.
    """
    typed = [folded(word) for word in words_of(query)]
    known = _counts(typed, using)
    corrections = [word if word in known else _correction(word, using) for word in typed]
    words = [word for word in corrections if word is not None]
    return " ".join(words) if len(words) == len(typed) and words != typed else None


def one_edit_away(word: str) -> set[str]:
    """Return every text at edit distance one from the word."""
    splits = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    letters = string.ascii_lowercase
    deleted = (left + right[1:] for left, right in splits if right)
    swapped = (left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1)
    changed = (left + letter + right[1:] for left, right in splits if right for letter in letters)
    inserted = (left + letter + right for left, right in splits for letter in letters)
    return {*deleted, *swapped, *changed, *inserted} - {word, ""}


def _correction(word: str, using: str) -> str | None:
    """Return the most probable word of the catalogue, or None."""
    if len(word) < LEAST_LETTERS or not word.isalpha():
        return None
    counts = _counts(one_edit_away(word), using)

    def merit(other: str) -> tuple[bool, int, float, str]:
        # The first letter is seldom wrong, and frequent words are searched for most.
        return other[0] == word[0], counts.get(other, 0), _likeness(other, word), other

    if counts:
        best = sorted(counts, key=merit, reverse=True)[:CANDIDATES_READ]
    elif len(word) >= LEAST_LETTERS_OF_TWO_EDITS:
        best = [word[:LETTERS_SHARED]]
    else:
        return None
    # The index knows stems ("kettl"): the words themselves stand in the products.
    written = _words_of_products(best, using)
    near = [other for other in written if other in counts] or [
        other for other in written if _likeness(other, word) >= LEAST_LIKENESS
    ]
    return max(near, key=merit, default=None)


def _likeness(one: str, other: str) -> float:
    """Return the share of letters that two words have in common in the same order, 0 to 1."""
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _counts(words: Iterable[str], using: str) -> dict[str, int]:
    """Return the number of products with each word, at most MOST_COUNTED; words in no product are left out."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(backend_of(connection).count_words, [json.dumps(sorted(set(words))), MOST_COUNTED])
        return {word: count for word, count in cursor.fetchall() if count}


def _words_of_products(beginnings: Sequence[str], using: str) -> set[str]:
    """Return the words of popular products that hold a word with one of these beginnings.

    Only the first PRODUCTS_COMPARED matches are put in order of popularity: a frequent word stands in most of the shop.
    """
    backend = backend_of(connections[using])
    expression = backend.either.join(backend.expression([beginning]) for beginning in beginnings)
    products = Product.objects.using(using).published()
    matches = products.filter(search__document__matches=expression).order_by().values("pk")[:PRODUCTS_COMPARED]
    popular = products.filter(pk__in=matches).by_popularity()
    rows = popular.values_list("title", "brand", "keywords", "category__name")[:PRODUCTS_READ]
    return {folded(word) for row in rows for text in row for word in words_of(text)}
