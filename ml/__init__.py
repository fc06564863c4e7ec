"""Recommendation models: plain Python on arrays, knowing nothing of the shop."""
