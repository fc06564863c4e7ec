"""Prediction of stars by rating models, on the reviews of a file."""
