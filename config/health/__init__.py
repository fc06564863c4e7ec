"""Health of a process: whether it answers, and whether it can serve shoppers."""
