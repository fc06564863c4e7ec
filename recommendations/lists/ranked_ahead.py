"""Storage of lists ranked ahead: for-you candidates that the worker writes into a profile.

A profile is written when something is learned of a shopper, and read with every list. So the worker ranks, and a
request looks up which of these products may be shown now. A list holds while everything it follows from stays the
same, which its stamp tells. Otherwise the request ranks (docs/decisions/016).
"""

import hashlib
import uuid
from collections.abc import Sequence

import numpy as np

from ml.ranking import ReasonCode, Source
from recommendations.lists.context import RankingContext
from recommendations.lists.questions import Candidate
from recommendations.lists.reasons import OF_THE_PAST
from recommendations.serving.handle import Served

RANKED_AHEAD = 40
STAMP_BYTES = 16
NOTHING, NO_CATEGORY = 255, -1
_SOURCES = [source.value for source in Source]
_CODES = list(dict.fromkeys([*(code.value for code in ReasonCode), *OF_THE_PAST.values()]))
# of: the position of what the reason names, among the anchors and then the searches. score: in full precision, so that
# a list ranked ahead is the list ranked now.
_ROW = np.dtype([("id", "V16"), ("score", "<f8"), ("category", "<i4"), ("source", "u1"), ("code", "u1"), ("of", "u1")])
# Raise the number when ranking itself changes, so that lists of an earlier release are ranked anew.
_FORMAT = (2, _SOURCES, _CODES, RANKED_AHEAD)


def ranking_stamp(context: RankingContext, served: Served) -> bytes:
    """Return a digest of everything but the profile that a for-you list follows from, 16 bytes.

    These are the version and its overlay, weights, rules, season and hour, and the day's discoveries.
    """
    followed = (
        _FORMAT,
        served.version,
        served.overlay_stamp,
        served.weights,
        context.rules.stamp,
        context.moment,
        context.discovery,
    )
    return hashlib.blake2b(repr(followed).encode(), digest_size=STAMP_BYTES).digest()


def packed(ranked: Sequence[Candidate], stamp: bytes) -> bytes:
    """Return at most 254 for-you candidates as bytes.

    These are the stamp, the number of candidates, the number of anchors, 16 bytes for each anchor, a row of 31 bytes
    for each candidate, and the searches.
    """
    anchors = list(dict.fromkeys(candidate.anchor_id for candidate in ranked if candidate.anchor_id is not None))
    searches = list(dict.fromkeys(candidate.search for candidate in ranked if candidate.search))
    named: list[uuid.UUID | str] = [*anchors, *searches]
    rows = np.array(
        [
            (
                candidate.product_id.bytes,
                candidate.score,
                NO_CATEGORY if candidate.category is None else candidate.category,
                _SOURCES.index(candidate.source),
                _CODES.index(candidate.code),
                named.index(candidate.anchor_id or candidate.search)
                if candidate.anchor_id or candidate.search
                else NOTHING,
            )
            for candidate in ranked
        ],
        dtype=_ROW,
    )
    ids = b"".join(anchor.bytes for anchor in anchors)
    return stamp + bytes([len(rows), len(anchors)]) + ids + rows.tobytes() + "\n".join(searches).encode()


def unpacked(stored: bytes | memoryview, stamp: bytes, count: int = RANKED_AHEAD) -> tuple[Candidate, ...] | None:
    """Return the first `count` candidates that `packed` wrote; None when they were written under another stamp."""
    if stored[:STAMP_BYTES] != stamp:
        return None
    length, n_anchors = stored[STAMP_BYTES : STAMP_BYTES + 2]
    first = STAMP_BYTES + 2 + 16 * n_anchors
    end = first + length * _ROW.itemsize
    ids = bytes(stored[STAMP_BYTES + 2 : first])
    anchors = {place: uuid.UUID(bytes=ids[16 * place : 16 * place + 16]) for place in range(n_anchors)}
    searches = dict(enumerate(bytes(stored[end:]).decode().split("\n"), n_anchors))
    return tuple(
        Candidate(
            uuid.UUID(bytes=product_id),
            score,
            _SOURCES[source],
            _CODES[code],
            anchors.get(of),
            searches.get(of, ""),
            None,
            category if category >= 0 else None,
        )
        for product_id, score, category, source, code, of in np.frombuffer(stored[first:end], _ROW)[:count].tolist()
    )
