"""The collaborative score: DMF blended with the linear models trained beside it."""
