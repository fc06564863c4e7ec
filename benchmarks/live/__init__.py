"""Measurements of a shop that runs: freshness, ingestion, retraining and many shoppers at once."""
