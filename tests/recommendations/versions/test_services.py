"""Promoting and rolling back."""

import numpy as np
import pytest

from ml.artifact import write_artifact
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import ShopperProfile
from recommendations.serving.models import IndexedProduct
from recommendations.shoppers.profiles import profile_of
from recommendations.tasks import refresh_shopper
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from recommendations.versions.services import VersionUnusable, promote_version, roll_back, rollback_target
from tests.factories import ProductFactory
from tests.recommendations.publishing import index_now, publish, served_now
from tests.recommendations.shopping import SHOPPER, act, for_you

pytestmark = pytest.mark.django_db


def test_a_roll_back_restores_the_same_arrays_and_brings_newer_products_along(product, committed):
    first = publish([product])
    before = served_now().opened.index.item_vectors.tobytes()
    new = ProductFactory(category=product.category)
    publish([product, new])

    with committed():
        promote_version(version=first)

    assert served_now().version == first
    assert served_now().opened.index.item_vectors.tobytes() == before
    assert IndexedProduct.objects.get().product_id == new.pk
    assert index_now().n_items == 2
    assert ModelVersion.objects.get(version=first).status == ModelVersion.Status.PROMOTED


@pytest.mark.parametrize("damage", ["unknown", "deleted", "changed", "no index", "training", "held back"])
def test_what_cannot_serve_is_refused_and_nothing_changes(product, damage, committed):
    bad, good = publish([product]), publish([product])
    if damage == "deleted":
        artifact_store.discard(bad)
    if damage == "changed":
        path = artifact_store.directory_of(bad) / "popularity.npy"
        path.write_bytes(path.read_bytes()[:-4] + b"\0\0\0\1")
    if damage == "no index":
        artifact_store.discard(bad)
        write_artifact(artifact_store.directory_of(bad), {"numbers": np.arange(3)}, {})
    if damage in ("training", "held back"):
        ModelVersion.objects.filter(version=bad).update(status=damage.replace(" ", "_"))
    rows = list(ModelVersion.objects.values())

    with pytest.raises(VersionUnusable), committed() as callbacks:
        promote_version(version="20200101-000000-0000" if damage == "unknown" else bad)

    assert artifact_store.promoted_version() == good
    assert list(ModelVersion.objects.values()) == rows
    assert callbacks == []


def test_a_version_that_was_held_back_is_promoted_on_request(product):
    publish([product])
    held_back = publish([product], promote=False)
    ModelVersion.objects.filter(version=held_back).update(status=ModelVersion.Status.HELD_BACK, message="It is worse.")

    with pytest.raises(VersionUnusable, match="was held back and is promoted only on request. It is worse."):
        promote_version(version=held_back)
    promote_version(version=held_back, anyway=True)

    row = ModelVersion.objects.get(version=held_back)
    assert (row.status, row.message) == (ModelVersion.Status.PROMOTED, "It is worse.")
    assert served_now().version == held_back


def test_a_roll_back_goes_to_the_version_that_served_before(product):
    first, second, third = (publish([product]) for _ in range(3))

    assert roll_back() == second
    assert roll_back(serving_version=second) == first
    assert artifact_store.promoted_version() == first
    with pytest.raises(VersionUnusable, match="nothing to roll back to"):
        roll_back()
    assert third in artifact_store.versions()


def test_after_a_roll_back_and_a_new_version_it_does_not_lead_to_the_one_that_was_rolled_back(product):
    _, second, third = (publish([product]) for _ in range(3))
    roll_back()
    publish([product])

    target = rollback_target()

    assert target is not None
    assert target.version == second != third


@pytest.mark.parametrize("unfit", ["held_back", "refused", "pruned", "never served", "no files"])
def test_a_roll_back_passes_over_what_should_not_serve(product, unfit):
    first, second = publish([product]), publish([product])
    rows = ModelVersion.objects.filter(version=second)
    publish([product])
    if unfit == "never served":
        rows.update(promoted_at=None)
    elif unfit == "no files":
        artifact_store.discard(second)
    else:
        rows.update(status=unfit)

    assert roll_back() == first


def test_asking_twice_does_not_go_back_two_steps(product):
    _, second, third = (publish([product]) for _ in range(3))
    roll_back(serving_version=third)

    with pytest.raises(VersionUnusable, match=f"Version {third} does not serve any more, {second} does."):
        roll_back(serving_version=third)

    assert artifact_store.promoted_version() == second


def test_vectors_of_the_version_that_was_rolled_back_are_made_anew_at_once_and_then_written(category, committed):
    """They belong to its space: products 0 and 1 have changed places in it."""
    products = ProductFactory.create_batch(4, category=category)
    act(Kind.VIEW, products[0])
    first = publish(products, np.eye(4).tolist())
    before = for_you().items
    second = publish(products, np.eye(4)[[1, 0, 2, 3]].tolist())
    refresh_shopper(str(SHOPPER))
    profile = ShopperProfile.objects.get(pk=SHOPPER)
    assert (profile.model_version, np.frombuffer(profile.vector, "<f4").tolist()) == (second, [0, 1, 0, 0])

    with committed() as callbacks:
        assert roll_back() == first
        vector = profile_of(SHOPPER, served_now()).vector
        assert vector is not None
        assert vector.tolist() == [1, 0, 0, 0]
        assert ShopperProfile.objects.get(pk=SHOPPER).model_version == second
        assert for_you().items == before

    assert callbacks
    profile.refresh_from_db()
    assert (profile.model_version, np.frombuffer(profile.vector, "<f4").tolist()) == (first, [1, 0, 0, 0])
