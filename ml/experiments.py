"""Statistics of A/B experiments: assignment to variants, sample ratio mismatch, and anytime-valid tests of a lift.

The test of the lift may be read at any time and stopped at any moment. It is the mixture sequential probability ratio
test of Johari, Koomen, Pekelis and Walsh, "Always Valid Inference: Continuous Monitoring of A/B
Tests", Operations Research 70 (2022), sections 3 and 5: its p-value and confidence interval hold at every sample size
at once. It is applied to the logarithm of the ratio of two conversion rates. Each rate is (conversions + 1/2) /
(shoppers + 1), the mean under Jeffreys' prior (Brown, Cai and DasGupta, "Interval Estimation for a Binomial
Proportion", Statistical Science 16, 2001, section 4); the variance of its logarithm is the delta method's.
"""

import hashlib
import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATIO_ALARM = 0.001
# Standard deviation of the normal mixture over the logarithm of the ratio, for lifts of about ±10 %. It must not be
# chosen after a look at the data.
MIXING_DEVIATION = 0.1
_HASH_RANGE = float(2**64)


@dataclass(frozen=True)
class Arm:
    """Outcome of one variant: shoppers who saw it, and those of them who converted."""

    shoppers: int
    conversions: int

    def __post_init__(self) -> None:
        if not 0 <= self.conversions <= self.shoppers:
            raise ValueError(f"0 <= conversions <= shoppers is needed, got {self.conversions} of {self.shoppers}")


@dataclass(frozen=True)
class Lift:
    """Lift of a variant over the control (0.1: 10 %), with an interval and a p-value valid at any time.

    value: ratio of the rates minus 1; None without a conversion of the control.
    """

    value: float | None
    low: float
    high: float
    p_value: float


def assign_share(experiment_id: uuid.UUID, shopper_id: uuid.UUID, shares: Sequence[float]) -> int:
    """Return the position of the share, of k shares that sum to 1, to which a shopper is assigned.

    The assignment is deterministic: SHA-256 salted with the experiment, so that two experiments are independent.
    """
    digest = hashlib.sha256(b"experiment:" + experiment_id.bytes + shopper_id.bytes).digest()
    point = int.from_bytes(digest[:8]) / _HASH_RANGE
    # The last bound may miss 1 by a rounding error.
    return min(sum(point >= bound for bound in accumulate(shares)), len(shares) - 1)


def sample_ratio_p_value(counts: Sequence[int], shares: Sequence[float]) -> float:
    """Return the p-value of Pearson's chi-square test that k counts came from k shares; 1 without any count.

    Below SAMPLE_RATIO_ALARM the assignment is broken, and no lift can be trusted
    (Fabijan et al., "Diagnosing Sample Ratio Mismatch in Online Controlled Experiments", KDD 2019).
    """
    if len(counts) != len(shares) or min(shares, default=0.0) <= 0:
        raise ValueError(f"as many counts as positive shares are needed, got {list(counts)} and {list(shares)}")
    total = sum(counts)
    if not total:
        return 1.0
    expected = [total * share for share in shares]
    statistic = sum((count - mean) ** 2 / mean for count, mean in zip(counts, expected, strict=True))
    return chi_square_tail(statistic, len(counts) - 1)


def chi_square_tail(statistic: float, degrees: int) -> float:
    """Return P(X >= statistic) of a chi-square distribution: the regularised incomplete gamma function Q(k/2, x/2), by
    its recurrence from Q(1/2) or Q(1) (DLMF 8.8.6 and 8.4)."""
    half = statistic / 2
    if half <= 0 or degrees < 1:
        return 1.0
    order, tail = (0.5, math.erfc(math.sqrt(half))) if degrees % 2 else (1.0, math.exp(-half))
    while order < degrees / 2:
        tail += math.exp(order * math.log(half) - half - math.lgamma(order + 1))
        order += 1
    return min(tail, 1.0)


def lift_of(control: Arm, variant: Arm, *, level: float = 0.95, comparisons: int = 1) -> Lift:
    """Return the lift of a variant over the control.

    With probability `level` the interval holds the true lift at every look. When `comparisons` variants are compared
    with one control, interval and p-value are Bonferroni-corrected, so that all hold together.
    """
    estimate, variance = (float(part[0]) for part in log_ratios(*(np.array([n]) for n in _counts(control, variant))))
    radius = _radius(variance, (1 - level) / comparisons)
    p_value = float(always_valid_p_values(np.array([estimate]), np.array([variance]))[0])
    rate = control.conversions / control.shoppers if control.shoppers else 0.0
    other = variant.conversions / variant.shoppers if variant.shoppers else 0.0
    return Lift(
        value=other / rate - 1 if rate else None,
        low=math.expm1(estimate - radius),
        high=math.expm1(estimate + radius),
        p_value=min(1.0, p_value * comparisons),
    )


def log_ratios(
    control_shoppers: NDArray[np.int64],
    control_conversions: NDArray[np.int64],
    shoppers: NDArray[np.int64],
    conversions: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the logarithm of variant rate / control rate and its variance, both float64 [m], from counts [m] each."""
    before, now = control_conversions + 0.5, conversions + 0.5
    all_before, all_now = control_shoppers + 1.0, shoppers + 1.0
    variances = 1 / before - 1 / all_before + 1 / now - 1 / all_now
    return np.log(now / all_now) - np.log(before / all_before), variances


def always_valid_p_values(
    estimates: NDArray[np.float64], variances: NDArray[np.float64], *, mixing_deviation: float = MIXING_DEVIATION
) -> NDArray[np.float64]:
    """Return the p-value of no difference at each of m looks, float64 [m] in [0, 1]: 1 / the mixture likelihood ratio.

    Without a difference the probability that it ever falls to alpha, at any look, is at most alpha. Variances are > 0.
    """
    mixing = mixing_deviation**2
    attribution = mixing * estimates**2 / (2 * variances * (variances + mixing)) - 0.5 * np.log1p(mixing / variances)
    return np.asarray(np.exp(-np.maximum(attribution, 0.0)), dtype=np.float64)


def _radius(variance: float, alpha: float) -> float:
    """Return half of the width of the interval in which the mixture likelihood ratio stays below 1 / alpha."""
    mixing = MIXING_DEVIATION**2
    spread = variance * (variance + mixing) / mixing
    return math.sqrt(spread * (2 * math.log(1 / alpha) + math.log1p(mixing / variance)))


def _counts(control: Arm, variant: Arm) -> tuple[int, int, int, int]:
    return control.shoppers, control.conversions, variant.shoppers, variant.conversions
