"""Is a new version worse than the one that serves? Two tastes, and models that find all, some or none of the rest."""

import math
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from ml.interactions import Interactions
from ml.splits import Split
from ml.user_tower import UserTower
from recommendations.behaviour.models import Interaction
from recommendations.learning.catalogue import read_catalogue
from recommendations.learning.gate import (
    Opponent,
    VectorScorer,
    compare,
    compare_familiar,
    promoted_opponent,
    reason_to_hold_back,
)
from recommendations.learning.log import read_log
from recommendations.learning.training_data import build_training_data
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from tests.recommendations.publishing import publish

USERS, ITEMS = 40, 22
PREFIX = "20260101-030000-"
NOBODY_SAW = np.zeros(0, np.int64)


class Finder:
    """Puts what a user lacks first, last for the first `lost` users."""

    def __init__(self, lost: int = 0) -> None:
        self.lost = lost

    def scores(self, rows, users=None):
        likes_odd = users % 2 == 1
        is_odd = np.arange(ITEMS) % 2 == 1
        agrees = likes_odd[:, None] == is_odd[None, :]
        return np.where((users < self.lost)[:, None], ~agrees, agrees).astype(np.float32)


@pytest.fixture
def split() -> Split:
    """User u touched the eleven items with u's parity, one of which is held out."""
    held_out = [(user, user % 2 + 2 * (user // 2 % 11)) for user in range(USERS)]
    rest = [(u, i) for u in range(USERS) for i in range(u % 2, ITEMS, 2) if (u, i) not in held_out]
    return Split(as_interactions(rest), as_interactions(held_out))


def as_interactions(pairs) -> Interactions:
    users, items = np.array(pairs).T
    return Interactions(users, items, np.ones(len(pairs), np.float32), None, USERS, ITEMS)


def opponent(scorer, *, seen=NOBODY_SAW, metrics=None) -> Opponent:
    row = ModelVersion(version=f"{PREFIX}00ff", recommender="dmf", metrics=metrics or {})
    return Opponent(row, scorer, seen)


def test_without_a_version_that_serves_there_is_no_gate(split):
    found = compare(Finder(), split, None)

    assert found == {"as_served": {"ndcg_at_10": 1.0, "hr_at_10": 1.0, "cases": 40, "half_width": 0.0}}
    assert reason_to_hold_back(found) == ""


def test_both_are_measured_on_the_same_held_out_products(split):
    gate = compare(Finder(), split, opponent(Finder(lost=USERS)))["gate"]

    assert gate == {
        "promoted": "20260101-030000-00ff",
        "figures": "measured",
        "cases": 40,
        "new": {"ndcg_at_10": 1.0, "hr_at_10": 1.0},
        "promoted_figures": {"ndcg_at_10": 0.0, "hr_at_10": 0.0},
        "difference": 1.0,
        "interval": [1.0, 1.0],
        "margin_percent": 5,
        "is_worse": False,
    }


@pytest.mark.parametrize(
    ("lost", "margin", "is_worse"),
    [
        pytest.param(2, 5, False, id="within the margin"),
        pytest.param(3, 5, False, id="beyond the margin, but it may be chance"),
        pytest.param(8, 5, True, id="beyond the margin"),
        pytest.param(8, 25, False, id="within a wider margin"),
    ],
)
def test_worse_is_what_is_beyond_the_margin_and_not_by_chance(split, settings, lost, margin, is_worse):
    settings.PROMOTION_MARGIN_PERCENT = margin

    found = compare(Finder(lost), split, opponent(Finder()))

    assert found["gate"]["is_worse"] is is_worse
    assert found["gate"]["difference"] == pytest.approx(-lost / USERS, abs=1e-4)
    assert bool(reason_to_hold_back(found)) is is_worse


def test_the_reason_names_figures_version_and_margin(split):
    reason = reason_to_hold_back(compare(Finder(USERS), split, opponent(Finder())))

    assert reason == (
        "Held back: NDCG@10 is 0.0000 against 1.0000 of version 20260101-030000-00ff, by the same 40 held-out products "
        "(difference -1.0000, 95 % interval -1.0000 to -1.0000). More than 5 % worse is held back."
    )


def test_what_the_promoted_version_was_trained_on_does_not_count(split):
    """It would be measured on what it knows: of 40 held-out pairs only the 30 newer ones are taken."""
    seen = np.sort(split.test.users[:10].astype(np.int64) * ITEMS + split.test.items[:10])

    gate = compare(Finder(lost=10), split, opponent(Finder(), seen=seen))["gate"]

    assert (gate["cases"], gate["difference"], gate["figures"]) == (30, 0.0, "measured")


@pytest.mark.parametrize(
    "metrics",
    [
        pytest.param({"as_served": {"ndcg_at_10": 0.9, "hr_at_10": 0.95, "half_width": 0.03}}, id="as it serves"),
        pytest.param({"quality": {"dmf": {"ndcg_at_10": 0.9, "hr_at_10": 0.95}}}, id="of its recommender"),
    ],
)
def test_stored_figures_stand_in_where_too_few_cases_are_new(split, metrics):
    seen = np.sort(split.test.users.astype(np.int64) * ITEMS + split.test.items)
    found = compare(Finder(lost=20), split, opponent(Finder(), seen=seen, metrics=metrics))

    gate, own = found["gate"], found["as_served"]
    assert (gate["figures"], gate["cases"]) == ("stored", 40)
    assert gate["promoted_figures"] == {"ndcg_at_10": 0.9, "hr_at_10": 0.95}
    assert gate["difference"] == pytest.approx(-0.4)
    both = math.hypot(own["half_width"], metrics.get("as_served", own)["half_width"])
    assert gate["interval"] == pytest.approx([-0.4 - both, -0.4 + both], abs=1e-4)
    assert gate["is_worse"]
    assert "by its stored figures" in reason_to_hold_back(found)


def test_a_promoted_version_without_figures_or_usable_files_holds_nothing_back(split):
    assert "gate" not in compare(Finder(lost=USERS), split, opponent(None))


@pytest.mark.parametrize("seen", [NOBODY_SAW, np.arange(USERS * ITEMS)], ids=["nothing is seen", "all is seen"])
def test_with_little_that_is_new_both_are_measured_on_what_they_know(split, seen):
    found = compare_familiar(Finder(lost=USERS), split, opponent(Finder(), seen=seen))

    assert set(found) == {"gate"}  # figures of what it knows must not stand for it later
    gate = found["gate"]
    assert (gate["figures"], gate["promoted"]) == ("familiar", "20260101-030000-00ff")
    assert (gate["cases"], gate["difference"], gate["is_worse"]) == (40, -1.0, True)
    assert "by 40 products that both were trained on, as too few are new" in reason_to_hold_back(found)
    assert not compare_familiar(Finder(), split, opponent(Finder()))["gate"]["is_worse"]


def test_who_cannot_be_measured_on_what_both_know_is_not(split):
    nothing = Split(split.train, split.test.select(np.zeros(USERS, bool)))

    assert compare_familiar(Finder(), split, None) == {}
    assert compare_familiar(Finder(), split, opponent(None)) == {}
    assert compare_familiar(Finder(), nothing, opponent(Finder())) == {}


def test_in_a_shop_of_few_shoppers_it_may_be_chance(split):
    few = Split(split.train, split.test.select(np.arange(29)))

    gate = compare_familiar(Finder(lost=USERS), few, opponent(Finder()))["gate"]

    assert (gate["cases"], gate["difference"], gate["is_worse"]) == (29, -1.0, False)


@pytest.mark.django_db
def test_a_fine_tuning_without_figures_stands_by_those_of_what_it_was_trained_on_from(split):
    figures = {"as_served": {"ndcg_at_10": 0.9, "hr_at_10": 0.95, "half_width": 0.0}}
    for name, metrics in (("0001", figures), ("0002", {"fine_tuned_from": f"{PREFIX}0001"})):
        ModelVersion.objects.create(version=f"{PREFIX}{name}", metrics=metrics)
    tuned = opponent(None, metrics={"held_out": 3, "fine_tuned_from": f"{PREFIX}0002"})

    gate = compare(Finder(lost=USERS), split, tuned)["gate"]

    assert (gate["figures"], gate["difference"], gate["is_worse"]) == ("stored", -0.9, True)


@pytest.mark.django_db
def test_versions_that_name_each_other_have_no_figures(split):
    name = f"{PREFIX}00ff"
    ModelVersion.objects.create(version=name, metrics={"fine_tuned_from": name})

    assert "gate" not in compare(Finder(), split, opponent(None, metrics={"fine_tuned_from": name}))


def test_items_are_scored_by_vectors_and_unknown_ones_last():
    tower = UserTower((np.eye(2, dtype=np.float32),), (np.zeros(2, np.float32),), False, False, True)
    vectors = np.array(
        [[1, 0], [0, 1], [0.6, 0.8]], np.float32
    )  # the third has a vector, but the tower does not read it
    rows = as_interactions([(0, 0), (0, 3), (1, 1)]).to_csr()[:2, :4]

    scores = VectorScorer(tower, vectors, np.array([1, -1, 2, 0])).scores(rows)

    assert scores[0] == pytest.approx([2**-0.5, -np.inf, 1.4 * 2**-0.5, 2**-0.5])
    assert scores[1].tolist() == [0, -np.inf, 0, 0]
    assert VectorScorer(tower, vectors[:2]).scores(rows[:1, :2]).tolist() == [[1, 0]]


@pytest.mark.django_db
def test_the_promoted_version_is_measured_on_this_trainings_items(checkerboard):
    """Its own order of products differs, one product came later, and it saw what was recorded before that, not what
    was since, however long ago it happened."""
    version = publish(list(reversed(checkerboard[:7])))
    ModelVersion.objects.filter(version=version).update(trained_through=timezone.now() - timedelta(minutes=30))
    newest = Interaction.objects.filter(product_id=checkerboard[0].pk).first()
    assert newest is not None
    Interaction.objects.exclude(pk=newest.pk).update(recorded_at=timezone.now() - timedelta(hours=1))
    Interaction.objects.filter(pk=newest.pk).update(occurred_at=timezone.now() - timedelta(days=700))
    catalogue = read_catalogue()
    data = build_training_data(catalogue, read_log(catalogue.positions()))

    found = promoted_opponent(data)

    assert found is not None
    assert found.row.version == version
    place = {raw_id: column for column, raw_id in enumerate(data.catalogue.raw_ids)}
    assert isinstance(found.scorer, VectorScorer)
    assert found.scorer.columns is not None
    columns = [found.scorer.columns[place[product.pk.hex]] for product in checkerboard]
    assert columns == [6, 5, 4, 3, 2, 1, 0, -1]
    pairs = data.interactions.users.astype(np.int64) * 8 + data.interactions.items
    assert np.setdiff1d(pairs, found.seen).size == 1
    assert np.setdiff1d(pairs, found.seen)[0] % 8 == place[checkerboard[0].pk.hex]


@pytest.mark.django_db
@pytest.mark.parametrize("damage", ["no version", "damaged files"])
def test_a_promoted_version_that_cannot_be_measured(checkerboard, damage):
    if damage == "damaged files":
        path = artifact_store.directory_of(publish(checkerboard)) / "manifest.json"
        path.write_text("{")
    catalogue = read_catalogue()

    found = promoted_opponent(build_training_data(catalogue, read_log(catalogue.positions())))

    assert found is None if damage == "no version" else found is not None and found.scorer is None
