"""Figures of an experiment, from events planted one by one."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from ml.experiments import Arm
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.counting.models import Impression
from recommendations.experiments.models import Experiment, Exposure
from recommendations.experiments.results import Funnel, Results, experiment_results
from recommendations.experiments.running import RunningExperiment
from recommendations.experiments.services import stop_experiment
from recommendations.shoppers.visitors import link_visitor
from tests.recommendations.experimenting import shopper_in, start

pytestmark = pytest.mark.django_db

LAMP, CHAIR = uuid.UUID(int=11), uuid.UUID(int=12)


class Story:
    """What shoppers of an experiment did, one minute after the other."""

    def __init__(self, running: RunningExperiment) -> None:
        self.running = running
        self.now = timezone.now() - timedelta(hours=2)
        Experiment.objects.update(started_at=self.now)

    def minute(self):
        self.now += timedelta(minutes=1)
        return self.now

    def see(self, shopper: uuid.UUID, slot: str = "home", version: str = "v1") -> uuid.UUID:
        """The shopper is shown a list; returns its recomm_id."""
        moment, recomm_id = self.minute(), uuid.uuid4()
        variant = self.running.assigned(shopper).id
        row_id = Exposure.id_of(self.running.id, shopper)
        columns = {"experiment_id": self.running.id, "variant_id": variant, "shopper_id": shopper, "slot": slot}
        Exposure.objects.get_or_create(pk=row_id, defaults={**columns, "exposed_at": moment})
        Impression.objects.create(
            pk=recomm_id, intent="for_you", model_version=version, product_count=4, shown_at=moment, **columns
        )
        return recomm_id

    def do(self, kind: Kind, shopper: uuid.UUID, product: uuid.UUID, recomm_id=None, source="shop") -> None:
        moment = self.minute()
        Interaction.objects.create(
            kind=kind,
            shopper_id=shopper,
            product_id=product,
            recomm_id=recomm_id,
            source=source,
            occurred_at=moment,
            recorded_at=moment,
        )

    def results(self) -> Results:
        return experiment_results(Experiment.objects.get())

    def of(self, variant: str):
        return next(result for result in self.results().variants if result.name == variant)


@pytest.fixture
def story():
    return Story(start())


def test_an_experiment_nobody_saw_has_no_figures(story):
    results = story.results()

    assert [variant.name for variant in results.variants] == ["control", "popular"]
    assert [variant.arm for variant in results.variants] == [Arm(0, 0), Arm(0, 0)]
    assert results.rows == ()
    assert results.ratio_p_value == 1.0


def test_the_funnel_leads_from_a_list_to_an_order(story):
    buyer, looker = shopper_in(story.running, "popular"), shopper_in(story.running, "popular", 1)
    first = story.see(buyer)
    story.see(buyer, slot="cart", version="v2")
    seen = story.see(looker)
    story.do(Kind.VIEW, buyer, LAMP, first)
    story.do(Kind.VIEW, buyer, LAMP, first)
    story.do(Kind.ADD_TO_CART, buyer, LAMP)
    story.do(Kind.PURCHASE, buyer, LAMP)
    story.do(Kind.VIEW, looker, CHAIR, seen)
    story.do(Kind.ADD_TO_CART, looker, LAMP)

    results = story.results()

    assert [(row.slot, row.model_version, row.variant, row.funnel) for row in results.rows] == [
        ("cart", "v2", "popular", Funnel(1, 0, 0, 0)),
        ("home", "v1", "popular", Funnel(2, 2, 1, 1)),
    ]
    popular = story.of("popular")
    assert popular.funnel == Funnel(3, 2, 1, 1)
    assert popular.arm == Arm(2, 1)
    assert popular.conversion == 0.5
    assert story.of("control").funnel == Funnel()


def test_a_cart_belongs_to_the_last_list_the_product_was_clicked_in(story):
    shopper = shopper_in(story.running, "control")
    home, cart = story.see(shopper), story.see(shopper, slot="cart")
    story.do(Kind.VIEW, shopper, LAMP, home)
    story.do(Kind.VIEW, shopper, LAMP, cart)
    story.do(Kind.ADD_TO_CART, shopper, LAMP)

    assert {row.slot: row.funnel for row in story.results().rows} == {
        "home": Funnel(1, 1, 0, 0),
        "cart": Funnel(1, 1, 1, 0),
    }


def test_only_clicks_in_ones_own_lists_count(story):
    shopper, other = shopper_in(story.running, "control"), shopper_in(story.running, "popular")
    story.see(shopper)
    of_other = story.see(other)
    story.do(Kind.VIEW, shopper, LAMP, of_other)
    story.do(Kind.VIEW, shopper, LAMP, uuid.uuid4())
    story.do(Kind.VIEW, shopper, CHAIR)
    story.do(Kind.PURCHASE, shopper, LAMP)

    assert story.of("control").funnel == Funnel(1, 0, 0, 0)
    assert story.of("popular").funnel == Funnel(1, 0, 0, 0)
    assert story.of("control").arm == Arm(1, 1)


def test_what_was_bought_before_the_first_look_or_elsewhere_or_after_the_stop_is_no_conversion(story):
    early, imported, late = (shopper_in(story.running, "control", number) for number in range(3))
    story.do(Kind.PURCHASE, early, LAMP)
    for shopper in (early, imported, late):
        story.see(shopper)
    story.do(Kind.PURCHASE, imported, LAMP, source="magento")
    stop_experiment(experiment_id=story.running.id)
    Experiment.objects.update(stopped_at=story.minute())
    story.do(Kind.PURCHASE, late, LAMP)

    assert story.of("control").arm == Arm(3, 0)


def test_a_person_is_counted_once_in_the_variant_they_saw_first(story):
    user = uuid.UUID(int=99)
    visitor, second = shopper_in(story.running, "popular"), shopper_in(story.running, "control")
    clicked = story.see(visitor)
    story.do(Kind.VIEW, visitor, LAMP, clicked)
    story.see(second)
    for one in (visitor, second):
        link_visitor(visitor_id=one, user_id=user)
    story.do(Kind.PURCHASE, user, LAMP)

    assert story.of("popular").arm == Arm(1, 1)
    assert story.of("popular").funnel == Funnel(1, 1, 0, 1)
    assert story.of("control").arm == Arm(0, 0)


def test_lift_and_sample_ratio_are_those_of_the_counts(story):
    for number in range(40):
        story.see(shopper_in(story.running, "popular", number))
    for number in range(10):
        shopper = shopper_in(story.running, "control", number)
        story.see(shopper)
        if number < 5:
            story.do(Kind.PURCHASE, shopper, LAMP)
    for number in range(30):
        story.do(Kind.PURCHASE, shopper_in(story.running, "popular", number), LAMP)

    results = story.results()

    assert results.ratio_p_value < 0.001
    control, popular = results.variants
    assert (control.arm, popular.arm) == (Arm(10, 5), Arm(40, 30))
    assert control.lift is None
    assert popular.lift is not None
    assert popular.lift.value == pytest.approx(0.5)


def test_the_figures_take_the_same_number_of_queries_however_many_shoppers(story, queries):
    for number in range(12):
        shopper = shopper_in(story.running, "popular", number)
        story.do(Kind.VIEW, shopper, LAMP, story.see(shopper))
        link_visitor(visitor_id=shopper, user_id=uuid.UUID(int=number + 5))
    experiment = Experiment.objects.get()

    with queries(6):
        experiment_results(experiment)
