"""Distribution of stars, predicted from the histories of user and item.

A multinomial logistic regression over shrunk averages of both histories (history_features.py). Every rating is in the
training data twice, with the features of all other ratings and of the earlier ones, so that the fit covers histories of
every length, including none. The logits are the sum of a user's and an item's part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression

from ml.artifact import JSON
from ml.rating.base import Progress, RatingModel
from ml.rating.biases_fit import fit_biases
from ml.rating.configs import StarDistributionConfig
from ml.rating.history_features import HistoryFeatures, history_features_of
from ml.rating.ratings import Ratings
from ml.rating_prediction.star_predictor import StarPredictor

MOST_ROWS = 200_000
MOST_ITERATIONS = 300
FEWEST_TO_VALIDATE = 20
VALIDATION_SHARE = 0.2
BIAS_WEIGHTS = (0.0, 0.25, 0.5, 0.75)
MEDIAN_WEIGHTS = np.linspace(0.0, 1.0, 21)


@dataclass(frozen=True, eq=False)
class Regression:
    """Logits of s levels from f unscaled features: float64 kernel [f, s] and offset [s]."""

    kernel: NDArray[np.float64]
    offset: NDArray[np.float64]

    def probabilities(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return P(level), float64 [n, s], of features [n, f]."""
        return np.asarray(softmax(features @ self.kernel + self.offset, axis=1))


class StarDistribution(RatingModel):
    """Logistic regression over the histories of user and item."""

    name = "star_distribution"
    config: StarDistributionConfig

    def _fit(self, ratings: Ratings, *, seed: int, progress: Progress) -> StarPredictor:
        chosen, history = self._choose(ratings, seed, progress)
        progress(0.8, "computing the histories of users and items")
        fitted = self._fit_with(self._histories(ratings, seed), (chosen.strength,), seed)[0]
        return replace(
            fitted,
            settings=asdict(self.config) | asdict(chosen),
            history=history,
            median_weight=chosen.median_weight,
            bias_weight=chosen.bias_weight,
        )

    def _histories(self, ratings: Ratings, seed: int) -> HistoryFeatures:
        return history_features_of(ratings, use_reviews=self.config.use_reviews, seed=seed)

    def _fit_with(self, histories: HistoryFeatures, strengths: tuple[float, ...], seed: int) -> list[StarPredictor]:
        """Return one predictor per strength, which predicts the mean."""
        features, rows = _training_rows(histories, seed)
        of_users, of_items = histories.features_of_all()
        half = of_users.shape[1]
        biases = fit_biases(histories.ratings, user_shrinkage=5.0, item_shrinkage=10.0)
        fitted = []
        for strength in strengths:
            regression = fit_regression(features, histories.level_of[rows], histories.levels.size, strength)
            predictor = StarPredictor(
                model=self.label,
                scale=histories.ratings.scale,
                biases=biases,
                levels=histories.levels,
                user_logits=np.asarray(of_users @ regression.kernel[:half] + regression.offset, np.float32),
                item_logits=np.asarray(of_items @ regression.kernel[half:], np.float32),
                median_weight=0.0,
                bias_weight=0.0,
            )
            fitted.append(predictor)
        return fitted

    def _choose(self, ratings: Ratings, seed: int, progress: Progress) -> tuple[ChosenSettings, list[JSON]]:
        """Return the best settings on held-out ratings, and the errors of every candidate.

        One fit holds out a random fifth, another the latest fifth, because a shop asks about known and about new
        shoppers. The worse RMSE of the two, relative to that of the biases, counts.
        """
        splits = _validation_splits(ratings, seed)
        config = self.config
        if not splits:
            return ChosenSettings(config.strengths[0], 0.0, 0.0), []
        predictions: list[list[HeldOutPredictions]] = []
        for number, (train, left_out) in enumerate(splits):
            progress(0.8 * number / len(splits), f"evaluating strengths on {len(left_out)} held-out ratings")
            fits = self._fit_with(self._histories(train, seed), config.strengths, seed)
            predictions.append([predict_held_out(fitted, left_out) for fitted in fits])
        history: list[JSON] = []
        best, best_figure, best_place = ChosenSettings(config.strengths[0], 0.0, 0.0), np.inf, 0
        for place, strength in enumerate(config.strengths):
            for bias_weight in BIAS_WEIGHTS:
                of_strength = [of_split[place] for of_split in predictions]
                ratios = [split.rmse(0.0, bias_weight) / max(split.floor, 1e-6) for split in of_strength]
                history.append({"strength": strength, "bias_weight": bias_weight, "rmse_to_biases": list[JSON](ratios)})
                if max(ratios) < best_figure:
                    best, best_figure, best_place = ChosenSettings(strength, bias_weight, 0.0), max(ratios), place
        of_best = [of_split[best_place] for of_split in predictions]
        weight = median_weight(of_best, best.bias_weight, config.rmse_allowance)
        return replace(best, median_weight=weight), history


@dataclass(frozen=True)
class ChosenSettings:
    """Settings chosen by validation; see `StarDistributionConfig` and `StarPredictor`."""

    strength: float
    bias_weight: float
    median_weight: float


@dataclass(frozen=True, eq=False)
class HeldOutPredictions:
    """Stars of held-out ratings, and the predictions of mean, median and biases, float64 [n] each."""

    stars: NDArray[np.float64]
    mean: NDArray[np.float64]
    median: NDArray[np.float64]
    biases: NDArray[np.float64]

    def errors(self, median_weight: float, bias_weight: float) -> NDArray[np.float64]:
        """Return the errors, float64 [n], of predictions with these weights."""
        point = (1 - median_weight) * self.mean + median_weight * self.median
        return self.stars - ((1 - bias_weight) * point + bias_weight * self.biases)

    def rmse(self, median_weight: float, bias_weight: float) -> float:
        """Return the root mean square of `errors`."""
        return float(np.sqrt(np.mean(np.square(self.errors(median_weight, bias_weight)))))

    @property
    def floor(self) -> float:
        """RMSE of the biases alone."""
        return self.rmse(0.0, 1.0)


def predict_held_out(fitted: StarPredictor, left_out: Ratings) -> HeldOutPredictions:
    """Return the predictions of a fit for held-out ratings."""
    pairs = (left_out.users, left_out.items)
    columns = [
        replace(fitted, median_weight=median, bias_weight=bias).predict(*pairs).astype(np.float64)
        for median, bias in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))
    ]
    return HeldOutPredictions(left_out.stars.astype(np.float64), *columns)


def fit_regression(
    features: NDArray[np.float64], level_of: NDArray[np.int64], n_levels: int, strength: float
) -> Regression:
    """Return the regression of levels int [n] on features [n, f], fitted on features scaled to variance 1.

    strength: C of scikit-learn, the inverse of the L2 penalty. A level that does not occur has probability 0.
    """
    kernel, offset = np.zeros((features.shape[1], n_levels)), np.full(n_levels, -50.0)
    present = np.unique(level_of)
    if present.size == 1:
        offset[present] = 0.0
        return Regression(kernel, offset)
    mean, spread = features.mean(axis=0), features.std(axis=0)
    spread[spread < 1e-9] = 1.0
    model = LogisticRegression(C=strength, max_iter=MOST_ITERATIONS).fit((features - mean) / spread, level_of)
    coefficients, intercept = model.coef_.T / spread[:, None], model.intercept_
    if present.size == 2:  # scikit-learn returns only the second level's logit
        coefficients, intercept = np.hstack([np.zeros_like(coefficients), coefficients]), np.append(0.0, intercept)
    kernel[:, present] = coefficients
    offset[present] = intercept - mean @ coefficients
    return Regression(kernel, offset)


def median_weight(predictions: Sequence[HeldOutPredictions], bias_weight: float, allowance: float) -> float:
    """Return the weight of the median with the least absolute error, summed over the splits.

    On each split its RMSE must be at most 1 + allowance times that of the mean.
    """
    best, least = 0.0, np.inf
    for weight in MEDIAN_WEIGHTS.tolist():
        ratios = [part.rmse(weight, bias_weight) / max(part.rmse(0.0, bias_weight), 1e-9) for part in predictions]
        error = sum(float(np.abs(part.errors(weight, bias_weight)).mean()) for part in predictions)
        if max(ratios) <= 1 + allowance and error < least:
            best, least = weight, error
    return float(best)


def _validation_splits(ratings: Ratings, seed: int) -> list[tuple[Ratings, Ratings]]:
    """Return (train, left out): a random fifth and the latest fifth, if there are enough ratings and times."""
    n = len(ratings)
    if n < FEWEST_TO_VALIDATE:
        return []
    masks = [np.random.default_rng(seed).permutation(n) < VALIDATION_SHARE * n]
    if ratings.timestamps is not None:
        masks.append(ratings.timestamps > np.quantile(ratings.timestamps, 1 - VALIDATION_SHARE))
    return [(ratings.select(~mask), ratings.select(mask)) for mask in masks if mask.any()]


def _training_rows(histories: HistoryFeatures, seed: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return features [m, 2 f] and the rating of each row, int64 [m]; at most 200,000 rows, drawn at random."""
    parts = [part for part in (histories.features_of_others(), histories.features_of_earlier()) if part is not None]
    features = np.vstack(parts)
    rows = np.tile(np.arange(len(histories.ratings)), len(parts))
    if rows.size > MOST_ROWS:
        picked = np.random.default_rng(seed).choice(rows.size, MOST_ROWS, replace=False)
        features, rows = features[picked], rows[picked]
    return features, rows
