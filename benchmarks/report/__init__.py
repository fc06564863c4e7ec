"""Measured figures, recorded runs and data as one HTML page that needs no network: `python -m benchmarks.report`."""
