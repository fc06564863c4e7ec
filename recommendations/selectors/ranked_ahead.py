"""Lists ranked ahead: for-you candidates that the worker writes into a profile, and when they still hold.

A profile is written when something is learned of a shopper, a list is asked for many times until then: so the worker
ranks, and a request looks up which of these products may be shown now. A list holds as long as everything it follows
from is as it was, which a stamp of all that tells; otherwise it is ranked with the request (docs/decisions/016).
"""

import hashlib
import uuid
from collections.abc import Sequence

import numpy as np

from ml.ranking import ReasonCode, Source
from recommendations.profiles import History
from recommendations.selectors.requests import Candidate, Request
from recommendations.serving import Served

RANKED_AHEAD = 40
STAMP_BYTES = 16
NOTHING = 255
_SOURCES, _CODES = [source.value for source in Source], [code.value for code in ReasonCode]
# anchor: its place among the profile's recent products; score: as it was, so that both ways give the same answer.
_ROW = np.dtype(
    [("id", "V16"), ("score", "<f8"), ("category", "<i4"), ("source", "u1"), ("code", "u1"), ("anchor", "u1")]
)
# Raise the number when the ranking itself changes: what an earlier release ranked is then ranked anew.
_FORMAT = (1, _SOURCES, _CODES, RANKED_AHEAD)


def ranking_stamp(request: Request, served: Served) -> bytes:
    """Return what changes with anything but the profile that a for-you list follows from, 16 bytes: the version and
    the products laid over it, weights, rules, season and hour, and the day's discoveries."""
    told = (
        _FORMAT,
        served.version,
        served.overlay_stamp,
        served.weights,
        request.rules.stamp,
        request.moment,
        request.discovery,
    )
    return hashlib.blake2b(repr(told).encode(), digest_size=STAMP_BYTES).digest()


def packed(ranked: Sequence[Candidate], stamp: bytes, history: History) -> bytes:
    """Return for-you candidates, at most 255, as a profile keeps them: the stamp, how many, a row of 31 bytes each,
    and the words their reasons speak of."""
    places = {product.product_id: place for place, product in enumerate(history.recent[:NOTHING])}
    rows = np.array(
        [
            (
                candidate.product_id.bytes,
                candidate.score,
                -1 if candidate.category is None else candidate.category,
                _SOURCES.index(candidate.source),
                _CODES.index(candidate.code),
                NOTHING if candidate.anchor_id is None else places[candidate.anchor_id],
            )
            for candidate in ranked
        ],
        dtype=_ROW,
    )
    words = "\n".join("\t".join(candidate.words) for candidate in ranked)
    return stamp + bytes([len(rows)]) + rows.tobytes() + words.encode()


def unpacked(
    kept: bytes | memoryview, stamp: bytes, history: History, count: int = RANKED_AHEAD
) -> tuple[Candidate, ...] | None:
    """Return the first `count` of what `packed` wrote for the profile of this history; None when it was under another
    stamp."""
    if kept[:STAMP_BYTES] != stamp:
        return None
    length = kept[STAMP_BYTES]
    end = STAMP_BYTES + 1 + length * _ROW.itemsize
    rows = np.frombuffer(kept[STAMP_BYTES + 1 : end], _ROW)[:count].tolist()
    words = bytes(kept[end:]).decode().split("\n")
    return tuple(
        Candidate(
            uuid.UUID(bytes=product_id),
            score,
            _SOURCES[source],
            _CODES[code],
            None if anchor == NOTHING else history.recent[anchor].product_id,
            tuple(said.split("\t")) if said else (),
            None,
            category if category >= 0 else None,
        )
        for (product_id, score, category, source, code, anchor), said in zip(rows, words, strict=False)
    )
