"""Ratings whose truth is known: stars = 3 + how generous the user is + how good the item is."""

import numpy as np

from ml.rating.ratings import ItemContent, Ratings

N_USERS, N_ITEMS = 18, 15
WORDS = {-1: "broken weak cheap", 0: "plain usual fine", 1: "superb strong lasting"}


def generosity(users: np.ndarray) -> np.ndarray:
    return users % 3 - 1


def goodness(items: np.ndarray) -> np.ndarray:
    return items // 5 - 1


def all_pairs() -> tuple[np.ndarray, np.ndarray]:
    users, items = np.divmod(np.arange(N_USERS * N_ITEMS), N_ITEMS)
    return users, items


def truth(users: np.ndarray, items: np.ndarray) -> np.ndarray:
    return (3.0 + generosity(users) + goodness(items)).astype(np.float32)


def planted() -> tuple[Ratings, Ratings]:
    """Return train and the fifth of all pairs that is left out; one day lies between two ratings."""
    users, items = all_pairs()
    words = tuple(WORDS[good] for good in goodness(items).tolist())
    content = ItemContent(
        tuple(f"article {number} {WORDS[good]}" for number, good in enumerate(goodness(np.arange(N_ITEMS)).tolist())),
        np.eye(N_ITEMS, 512, dtype=np.float32),
    )
    ratings = Ratings.from_arrays(
        users,
        items,
        truth(users, items),
        n_users=N_USERS,
        n_items=N_ITEMS,
        timestamps=np.random.default_rng(4).permutation(users.size) * 86_400.0,
        review_texts=words,
        content=content,
    )
    left_out = (users + 2 * items) % 5 == 0
    return ratings.select(~left_out), ratings.select(left_out)
