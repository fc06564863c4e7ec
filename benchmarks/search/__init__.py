"""Search for better settings on validation items, and the recorded runs."""
