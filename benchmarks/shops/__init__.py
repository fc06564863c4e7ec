"""Shops to measure: real processes over a data folder, and an HTTP client that acts as many shoppers."""
