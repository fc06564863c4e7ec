"""Rating models: fit on ratings and return a predictor of stars for users and items. See base.py and registry.py."""
