"""Hybrid recommender: DMF blended with iALS and a linear item model."""
