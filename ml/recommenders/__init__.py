"""Top-N recommenders: fitted on interactions, scoring from a user's row."""
