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
from recommendations.lists.reasons import OF_THE_PAST
from recommendations.lists.requests import Candidate, Request
from recommendations.serving.served import Served

RANKED_AHEAD = 40
STAMP_BYTES = 16
NOTHING, NO_CATEGORY = 255, -1
_SOURCES = [source.value for source in Source]
_CODES = list(dict.fromkeys([*(code.value for code in ReasonCode), *OF_THE_PAST.values()]))
# of: the place of what the reason speaks of, among the anchors and then the searches; score: as it was, so that both
# ways give the same answer.
_ROW = np.dtype([("id", "V16"), ("score", "<f8"), ("category", "<i4"), ("source", "u1"), ("code", "u1"), ("of", "u1")])
# Raise the number when the ranking itself changes: what an earlier release ranked is then ranked anew.
_FORMAT = (2, _SOURCES, _CODES, RANKED_AHEAD)


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


def packed(ranked: Sequence[Candidate], stamp: bytes) -> bytes:
    """Return for-you candidates, at most 254, as a profile keeps them: the stamp, how many, of how many anchors, the
    anchors of 16 bytes each, a row of 31 bytes for each candidate, and the searches."""
    anchors = list(dict.fromkeys(candidate.anchor_id for candidate in ranked if candidate.anchor_id is not None))
    searches = list(dict.fromkeys(candidate.search for candidate in ranked if candidate.search))
    told: list[uuid.UUID | str] = [*anchors, *searches]
    rows = np.array(
        [
            (
                candidate.product_id.bytes,
                candidate.score,
                NO_CATEGORY if candidate.category is None else candidate.category,
                _SOURCES.index(candidate.source),
                _CODES.index(candidate.code),
                told.index(candidate.anchor_id or candidate.search)
                if candidate.anchor_id or candidate.search
                else NOTHING,
            )
            for candidate in ranked
        ],
        dtype=_ROW,
    )
    ids = b"".join(anchor.bytes for anchor in anchors)
    return stamp + bytes([len(rows), len(anchors)]) + ids + rows.tobytes() + "\n".join(searches).encode()


def unpacked(kept: bytes | memoryview, stamp: bytes, count: int = RANKED_AHEAD) -> tuple[Candidate, ...] | None:
    """Return the first `count` of what `packed` wrote; None when it was under another stamp."""
    if kept[:STAMP_BYTES] != stamp:
        return None
    length, n_anchors = kept[STAMP_BYTES : STAMP_BYTES + 2]
    first = STAMP_BYTES + 2 + 16 * n_anchors
    end = first + length * _ROW.itemsize
    ids = bytes(kept[STAMP_BYTES + 2 : first])
    anchors = {place: uuid.UUID(bytes=ids[16 * place : 16 * place + 16]) for place in range(n_anchors)}
    searches = dict(enumerate(bytes(kept[end:]).decode().split("\n"), n_anchors))
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
        for product_id, score, category, source, code, of in np.frombuffer(kept[first:end], _ROW)[:count].tolist()
    )
