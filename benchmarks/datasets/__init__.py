"""Data to measure on: public ranking sets, data files, and generated interactions with a known truth."""
