"""Readers of public data sets and exports: files in, records out. See registry.py for the formats."""
