"""Settings of the rating models: defaults, and presets chosen on validation ratings.

This module does not import TensorFlow, so that settings can be listed without it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BiasConfig:
    """Number of pseudo-ratings of the mean for each user and item; None: chosen by cross-validation."""

    user_shrinkage: float | None = 5.0
    item_shrinkage: float | None = 10.0


@dataclass(frozen=True)
class StarDistributionConfig:
    """Settings of `StarDistribution`.

    - `strengths`: candidates for C of the logistic regression; `use_reviews`: read earlier reviews;
    - `rmse_allowance`: allowed relative increase of the root mean squared error for a lower absolute error.
    """

    strengths: tuple[float, ...] = (0.0003, 0.001, 0.003, 0.01, 0.03)
    use_reviews: bool = True
    rmse_allowance: float = 0.0025


@dataclass(frozen=True)
class TrainingConfig:
    """Training of a network.

    Training stops after `patience` epochs without a better loss on `validation_share` of the ratings, or after
    `most_epochs`; the best weights are kept. clipnorm: largest norm of a gradient.
    """

    learning_rate: float = 1e-3
    batch_size: int = 64
    most_epochs: int = 50
    patience: int = 5
    validation_share: float = 0.1
    clipnorm: float | None = None
    loss: str = "mse"


@dataclass(frozen=True)
class BiasedMFConfig(TrainingConfig):
    """Size of the embeddings, whether they have batch normalisation, and L2 penalty of embeddings and biases."""

    dimensions: int = 50
    normalise: bool = True
    dropout: float = 0.2
    l2: float = 1e-3


@dataclass(frozen=True)
class DotSigmoidConfig(TrainingConfig):
    """with_biases: user, item and global biases inside the sigmoid; l2: of embeddings; bias_l2: of the biases."""

    dimensions: int = 50
    l2: float = 1e-6
    with_biases: bool = False
    bias_l2: float = 0.0


@dataclass(frozen=True)
class DMFRegressorConfig(TrainingConfig):
    """Units of the hidden layers, of which the first two have dropout, and slope of the leaky ReLU below 0."""

    learning_rate: float = 1e-5
    most_epochs: int = 100
    clipnorm: float | None = 1.0
    dimensions: int = 32
    units: tuple[int, ...] = (256, 128, 64)
    dropout: float = 0.2
    slope: float = 1e-4
    l2: float = 0.01


@dataclass(frozen=True)
class HybridContentConfig(TrainingConfig):
    """Units of the layer over the embeddings, the text layer, the picture layers, and the layer that merges them.

    use_reviews: add earlier reviews of an item to its title and description.
    """

    learning_rate: float = 0.01
    loss: str = "mae"
    dimensions: int = 32
    embedding_units: int = 16
    text_units: int = 64
    image_units: tuple[int, int] = (256, 128)
    merged_units: int = 64
    l2: float = 0.0
    dropout: float = 0.0
    use_reviews: bool = True


TUNED_BIASED_MF = BiasedMFConfig(dimensions=8, normalise=False, l2=5e-4, batch_size=128, most_epochs=100)
TUNED_DOT_SIGMOID = DotSigmoidConfig(
    dimensions=8, l2=1e-3, with_biases=True, bias_l2=2e-4, batch_size=128, most_epochs=100
)
TUNED_DMF_REGRESSOR = DMFRegressorConfig(learning_rate=1e-3, batch_size=128, dropout=0.5, l2=1e-3)
TUNED_HYBRID_CONTENT = HybridContentConfig(
    learning_rate=1e-3, loss="mse", dimensions=8, batch_size=128, l2=1e-3, dropout=0.3
)
