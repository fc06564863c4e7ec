import json

import numpy as np
import pytest

from tests.ml.rating.planted import all_pairs, truth


@pytest.fixture
def reviews(tmp_path):
    """Planted ratings, one a day; the first pair was rated 1 before, which the later rating replaces."""
    users, items = all_pairs()
    days = np.random.default_rng(2).permutation(users.size)
    columns = zip(users.tolist(), items.tolist(), truth(users, items).tolist(), days.tolist(), strict=True)
    rows = [
        {"reviewerID": f"u{user}", "asin": f"i{item}", "overall": stars, "unixReviewTime": 86_400 * (day + 9),
         "summary": f"{stars:.0f} stars", "reviewText": "words"}
        for user, item, stars, day in columns
    ]  # fmt: skip
    first = rows[0] | {"overall": 1.0, "unixReviewTime": 86_400, "summary": "first try"}
    file = tmp_path / "planted.json"
    file.write_text("".join(json.dumps(row) + "\n" for row in [first, *rows]))
    return file
