"""Rating models: fit on ratings and return a predictor of stars for user x item. See base.py and registry.py."""
