"""Instruments that all benchmarks share: own processes, cost of a fit, percentiles, progress, stamped rows."""
