"""Readers of public data sets and exports, which turn files into records. See registry.py for the formats."""
