"""Planted seasons are found, and what only looks like one is not."""

import numpy as np
import pytest

from ml.index_building.seasons import DAYS_PER_YEAR, SECONDS_PER_DAY, Visits, fit_seasons
from ml.serving_index.seasons import Moment
from tests.ml.small_index import ints

ROOTS = ints(-1, -1)
YEARS = 3
FIRST_DAY = 18_262  # 1 January 2020, in days since 1970


def months_of(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12


def visits_of(days, categories, *, hours=None, shoppers=None) -> Visits:
    """One visit each, by a shopper of their own, at noon when nothing is said of the hour."""
    days, categories = np.asarray(days), np.asarray(categories)
    hours = np.full(days.size, 12) if hours is None else np.asarray(hours)
    shoppers = np.arange(days.size) if shoppers is None else np.asarray(shoppers)
    seconds = days * float(SECONDS_PER_DAY) + hours * 3600.0 + np.arange(days.size) % 3000 + 1
    return Visits(shoppers, categories, seconds)


def every_day(per_day: int, years: int = YEARS) -> np.ndarray:
    return np.repeat(FIRST_DAY + np.arange(years * DAYS_PER_YEAR), per_day)


def december_shop(*, times: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Category 0 is asked for twice a day, in December so many times as often; category 1 ten times every day."""
    days = np.concatenate([every_day(2), every_day(10)])
    categories = np.repeat([0, 1], [every_day(2).size, every_day(10).size])
    gifts = (categories == 0) & (months_of(days) == 11)
    more = times - 1
    return np.append(days, np.repeat(days[gifts], more)), np.append(categories, np.zeros(gifts.sum() * more, int))


def test_a_planted_december_is_found_and_the_other_months_are_not_raised():
    days, categories = december_shop()
    seasons = fit_seasons(visits_of(days, categories), ROOTS)

    gifts, others = seasons.months[0], seasons.months[1]
    # In December 8 of 18 visits a day are gifts', in the whole year about 2.51 of 12.51: 2.2 as often, held to 2.
    assert gifts.argmax() == 11
    assert 1.7 < gifts[11] <= 2.0
    assert (gifts[:11] < 1.0).all()
    assert others[11] == pytest.approx((10 / 18) / (10 / 12.51), abs=0.05)
    assert np.abs(others[:11] - 12.51 / 12).max() < 0.03
    assert seasons.months[2].tolist() == [1.0] * 12


def test_visits_at_random_make_no_season():
    random = np.random.default_rng(0)
    days = every_day(12)
    categories = (random.random(days.size) < 0.2).astype(int)
    hours = random.integers(0, 24, days.size)

    seasons = fit_seasons(visits_of(days, categories, hours=hours), ROOTS)

    assert (seasons.months == 1).all()
    assert (seasons.hours == 1).all()


def test_of_many_categories_at_random_hardly_any_has_a_season():
    random = np.random.default_rng(1)
    days = every_day(100)
    visits = visits_of(days, random.integers(0, 100, days.size), hours=random.integers(0, 24, days.size))

    seasons = fit_seasons(visits, np.full(100, -1, np.int32))

    assert (seasons.months == 1).all(axis=1).sum() >= 97
    assert (seasons.hours == 1).all(axis=1).sum() >= 97


def test_what_one_year_had_and_the_others_had_not_is_no_season():
    """In one December of three category 0 is asked for six times as often."""
    days, categories = december_shop(times=1)
    rush = np.repeat(FIRST_DAY + DAYS_PER_YEAR + np.arange(335, 365), 10)

    seasons = fit_seasons(visits_of(np.append(days, rush), np.append(categories, np.zeros(300, int))), ROOTS)

    assert (seasons.months == 1).all()


def test_little_data_changes_little():
    """A category of ten visits in three years, all in January, of a large shop."""
    january = FIRST_DAY + DAYS_PER_YEAR + 5
    days = np.append(every_day(5), [january] * 5 + [january + DAYS_PER_YEAR] * 4 + [FIRST_DAY])
    categories = np.repeat([1, 0], [every_day(5).size, 10])

    seasons = fit_seasons(visits_of(days, categories), ROOTS)

    assert seasons.months[0, 0] == pytest.approx(110 / (100 + 10 / 12), abs=0.005)
    assert np.abs(seasons.months[0, 1:] - 1).max() < 0.02


def test_a_category_without_much_of_its_own_has_its_parents_season():
    days, categories = december_shop()
    days, categories = np.append(days, [FIRST_DAY, FIRST_DAY + 800]), np.append(categories, [2, 2])

    seasons = fit_seasons(visits_of(days, categories), ints(-1, -1, 0))

    assert seasons.months[2] == pytest.approx(seasons.months[0], abs=0.03)
    assert seasons.months[2, 11] > 1.7


@pytest.mark.parametrize(
    "days_of_log", [pytest.param(729, id="a day less than two years"), pytest.param(400, id="one")]
)
def test_months_need_two_whole_years(days_of_log):
    days, categories = december_shop()
    kept = days >= FIRST_DAY + YEARS * DAYS_PER_YEAR - days_of_log

    assert (fit_seasons(visits_of(days[kept], categories[kept]), ROOTS).months == 1).all()


def test_growth_and_a_late_start_are_no_season():
    """Category 0 doubles from year to year; category 2 opened in the last November."""
    growing = np.concatenate([every_day(4 * 2**year, 1) + year * DAYS_PER_YEAR for year in range(YEARS)])
    opened = np.repeat(FIRST_DAY + YEARS * DAYS_PER_YEAR - 1 - np.arange(50), 20)
    days = np.concatenate([growing, every_day(10), opened])
    categories = np.repeat([0, 1, 2], [growing.size, every_day(10).size, opened.size])

    seasons = fit_seasons(visits_of(days, categories), ints(-1, -1, -1))

    assert (seasons.months[2] == 1).all()
    assert np.abs(seasons.months[:2, :10] - 1).max() < 0.08


def test_evenings_and_weekends_are_told_apart():
    """Category 0 is looked at in the evenings of weekends, category 1 at all hours alike."""
    days = np.repeat(FIRST_DAY + np.arange(140), 24)
    hours = np.tile(np.arange(24), 140)
    evening = ~np.is_busday(days.astype("datetime64[D]")) & (hours == 20)
    seasons = fit_seasons(
        visits_of(
            np.concatenate([days, np.repeat(days[evening], 30)]),
            np.repeat([1, 0], [days.size, 30 * evening.sum()]),
            hours=np.concatenate([hours, np.repeat(hours[evening], 30)]),
        ),
        ROOTS,
    )

    assert seasons.factors(ints(0), Moment(0, 20, is_weekend=True)).tolist() == [2.0]
    assert seasons.factors(ints(0), Moment(0, 20, is_weekend=False)).tolist() == [pytest.approx(0.78, abs=0.05)]
    assert (seasons.months == 1).all()


def test_times_of_day_need_four_weeks():
    days = np.repeat(FIRST_DAY + np.arange(27), 200)
    visits = visits_of(days, np.arange(days.size) % 2, hours=np.where(np.arange(days.size) % 2, 8, 20))

    assert (fit_seasons(visits, ROOTS).hours == 1).all()


def test_one_shopper_counts_once_a_day():
    """Category 0 is viewed a thousand times in an hour by one shopper."""
    calm = np.repeat(FIRST_DAY + np.arange(60), 20)
    categories = np.arange(calm.size) % 2
    flood = np.full(1000, FIRST_DAY + 30)

    seasons = fit_seasons(
        visits_of(
            np.append(calm, flood),
            np.append(categories, np.zeros(1000, int)),
            hours=np.append(np.arange(calm.size) % 24, np.full(1000, 3)),
            shoppers=np.append(np.arange(calm.size), np.full(1000, calm.size)),
        ),
        ROOTS,
    )

    assert np.abs(seasons.hours[:, 3] - 1).max() < 0.2


def test_dates_without_a_time_and_the_moment_of_an_import_are_no_time_of_day():
    days = np.repeat(FIRST_DAY + np.arange(60), 10)
    calm = visits_of(days, np.ones(days.size, int), hours=np.arange(days.size) % 24)
    dates = np.repeat((FIRST_DAY + np.arange(60)) * float(SECONDS_PER_DAY), 10)
    imported = np.full(500, (FIRST_DAY + 59) * float(SECONDS_PER_DAY) + 50_000)

    seasons = fit_seasons(
        Visits(
            np.arange(days.size + dates.size + imported.size),
            np.concatenate([calm.categories, np.zeros(dates.size + imported.size, int)]),
            np.concatenate([calm.local_times, dates, imported]),
        ),
        ROOTS,
    )

    assert (seasons.hours[0] == 1).all()
    assert (seasons.months == 1).all()


@pytest.mark.parametrize("categories", [pytest.param([], id="no events"), pytest.param([-1, -1], id="of no category")])
def test_nothing_to_learn_from_is_a_factor_of_1(categories):
    seasons = fit_seasons(visits_of([FIRST_DAY] * len(categories), np.array(categories, int)), ROOTS)

    assert (seasons.months == 1).all()
    assert (seasons.hours == 1).all()


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="category 2, expected below 2"):
        fit_seasons(visits_of([FIRST_DAY], [2]), ROOTS)
    with pytest.raises(ValueError, match=r"expected shoppers, categories and local_times \[n\]"):
        Visits(ints(1, 2), ints(1), np.zeros(2))
