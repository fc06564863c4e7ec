"""Fitted rating models: prediction of stars, saving and loading, with NumPy and SciPy (fitting is `ml.rating`)."""

from ml.rating_prediction.biases import Biases
from ml.rating_prediction.predictor import RatingPredictionError, RatingPredictor
from ml.rating_prediction.registry import load_rating_predictor

__all__ = ["Biases", "RatingPredictionError", "RatingPredictor", "load_rating_predictor"]
