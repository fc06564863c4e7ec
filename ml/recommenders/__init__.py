"""Top-N recommenders, fitted on interactions, which score items from a user's row."""
