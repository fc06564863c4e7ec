"""Placing, sample ratios, and a test of lifts that may be looked at at any time."""

import math
import uuid
from collections import Counter

import numpy as np
import pytest
from scipy.stats import chi2, chisquare

from ml.experiments import (
    SAMPLE_RATIO_ALARM,
    Arm,
    always_valid_p_values,
    assign_share,
    chi_square_tail,
    lift_of,
    log_ratios,
    sample_ratio_p_value,
)

EXPERIMENT = uuid.UUID(int=7)
RUNS, SHOPPERS = 1_000, 6_000


def shoppers(count: int) -> list[uuid.UUID]:
    return [uuid.UUID(int=number * 7919 + 1) for number in range(count)]


def p_values_while_peeking(seed: int, rates: tuple[float, float], runs: int):
    """Yield for chunks of simulated experiments the p-value after every single shopper, float64 [50, SHOPPERS], and
    how many standard deviations the lift is away from none."""
    random = np.random.default_rng(seed)
    for _ in range(runs // 50):
        in_variant = random.random((50, SHOPPERS)) < 0.5
        converted = random.random((50, SHOPPERS)) < np.where(in_variant, rates[1], rates[0])
        in_variant_so_far = np.cumsum(in_variant, axis=1, dtype=np.int64)
        estimates, variances = log_ratios(
            np.arange(1, SHOPPERS + 1) - in_variant_so_far,
            np.cumsum(converted & ~in_variant, axis=1, dtype=np.int64),
            in_variant_so_far,
            np.cumsum(converted & in_variant, axis=1, dtype=np.int64),
        )
        yield always_valid_p_values(estimates, variances), np.abs(estimates) / np.sqrt(variances)


def test_of_a_thousand_experiments_without_a_difference_at_most_five_percent_are_ever_found_different():
    """A/A, with a look after every shopper. The usual test at 1.96 deviations, looked at alike, errs far more."""
    found, usual = 0, 0
    for p_values, deviations in p_values_while_peeking(seed=20261121, rates=(0.2, 0.2), runs=RUNS):
        found += int((p_values.min(axis=1) <= 0.05).sum())
        usual += int((deviations[:, 500:].max(axis=1) > 1.96).sum())

    assert found / RUNS <= 0.05
    assert usual / RUNS > 0.2


def test_a_real_difference_is_found():
    found = sum(
        int((p_values.min(axis=1) <= 0.05).sum())
        for p_values, _ in p_values_while_peeking(seed=1, rates=(0.20, 0.26), runs=100)
    )

    assert found >= 95


@pytest.mark.parametrize("rates", [(0.01, 0.01), (0.5, 0.5)])
def test_rare_and_common_conversions_err_as_seldom(rates):
    lowest = [p_values.min(axis=1) for p_values, _ in p_values_while_peeking(seed=3, rates=rates, runs=200)]
    errors = int((np.concatenate(lowest) <= 0.05).sum())

    assert errors <= 0.05 * 200


def test_the_p_value_is_the_inverse_of_the_mixture_likelihood_ratio():
    """Johari et al.: sqrt(v / (v + t²)) exp(t² d² / (2 v (v + t²))), here by integrating over the mixture itself."""
    estimate, variance, deviation = 0.25, 0.004, 0.1
    effects = np.linspace(-1, 1, 200_001)
    mixture = np.exp(-(effects**2) / (2 * deviation**2)) / math.sqrt(2 * math.pi * deviation**2)
    ratio = np.exp((estimate * effects - effects**2 / 2) / variance)
    integral = float(np.sum(mixture * ratio) * (effects[1] - effects[0]))

    found = always_valid_p_values(np.array([estimate]), np.array([variance]), mixing_deviation=deviation)

    assert found[0] == pytest.approx(1 / integral, rel=1e-6)


def test_the_interval_excludes_no_lift_exactly_when_the_p_value_is_below_the_level():
    control = Arm(10_000, 500)
    for conversions in range(380, 660, 5):
        lift = lift_of(control, Arm(10_000, conversions))
        assert (lift.p_value < 0.05) == (lift.low > 0 or lift.high < 0)


def test_a_lift_is_the_ratio_of_the_rates():
    lift = lift_of(Arm(10_000, 500), Arm(5_000, 300))

    assert lift.value == pytest.approx(0.2)
    assert lift.low < 0.2 < lift.high
    assert lift_of(Arm(10, 0), Arm(10, 3)).value is None


@pytest.mark.parametrize("arms", [(Arm(0, 0), Arm(0, 0)), (Arm(0, 0), Arm(50, 5)), (Arm(8, 8), Arm(8, 8))])
def test_little_or_nothing_seen_decides_nothing(arms):
    lift = lift_of(*arms)

    assert lift.p_value > 0.99
    assert lift.low < 0 < lift.high


def test_comparing_several_variants_with_one_control_asks_for_more():
    arms = Arm(20_000, 1_000), Arm(20_000, 1_150)
    alone, among_three = lift_of(*arms), lift_of(*arms, comparisons=3)

    assert among_three.p_value == pytest.approx(3 * alone.p_value)
    assert among_three.low < alone.low
    assert among_three.high > alone.high


@pytest.mark.parametrize(("seen", "converted"), [(5, 6), (5, -1)])
def test_impossible_counts_are_refused(seen, converted):
    with pytest.raises(ValueError, match=f"got {converted} of {seen}"):
        Arm(seen, converted)


def test_shoppers_are_placed_in_the_shares_asked_for():
    shares = [0.5, 0.3, 0.2]
    counts = Counter(assign_share(EXPERIMENT, shopper, shares) for shopper in shoppers(20_000))

    assert sample_ratio_p_value([counts[0], counts[1], counts[2]], shares) > 0.01
    assert [counts[place] / 20_000 for place in range(3)] == pytest.approx(shares, abs=0.01)


def test_a_shopper_is_always_placed_alike_and_in_each_experiment_anew():
    first = [assign_share(EXPERIMENT, shopper, [0.5, 0.5]) for shopper in shoppers(4_000)]
    other = [assign_share(uuid.UUID(int=8), shopper, [0.5, 0.5]) for shopper in shoppers(4_000)]

    assert first == [assign_share(EXPERIMENT, shopper, [0.5, 0.5]) for shopper in shoppers(4_000)]
    assert np.mean(np.array(first) == np.array(other)) == pytest.approx(0.5, abs=0.03)


def test_the_placing_never_changes_between_releases():
    """Written down once: another hash would place everybody of a running experiment anew."""
    places = [assign_share(EXPERIMENT, shopper, [0.25] * 4) for shopper in shoppers(12)]

    assert places == [
        1,
        1,
        3,
        3,
        3,
        3,
        2,
        1,
        3,
        3,
        1,
        1,
    ]


@pytest.mark.parametrize("counts", [(5_000, 5_000), (5_100, 4_900), (5_300, 4_700), (10, 0)])
def test_the_sample_ratio_test_is_pearsons(counts):
    expected = chisquare(counts, [sum(counts) / 2] * 2).pvalue

    assert sample_ratio_p_value(counts, [0.5, 0.5]) == pytest.approx(expected, rel=1e-9)


def test_a_mismatch_of_the_sample_ratio_is_an_alarm():
    assert sample_ratio_p_value([5_050, 4_950], [0.5, 0.5]) > SAMPLE_RATIO_ALARM
    assert sample_ratio_p_value([5_200, 4_800], [0.5, 0.5]) < SAMPLE_RATIO_ALARM
    assert sample_ratio_p_value([0, 0], [0.5, 0.5]) == 1.0


@pytest.mark.parametrize(("counts", "shares"), [([1], [0.5, 0.5]), ([1, 1], [1.0, 0.0])])
def test_shares_that_are_none_are_refused(counts, shares):
    with pytest.raises(ValueError, match="positive shares"):
        sample_ratio_p_value(counts, shares)


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("statistic", [0.1, 1.0, 5.0, 30.0])
def test_the_tail_of_chi_square_is_exact(degrees, statistic):
    assert chi_square_tail(statistic, degrees) == pytest.approx(chi2.sf(statistic, degrees), rel=1e-10)
