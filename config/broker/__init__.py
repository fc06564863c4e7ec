"""Message broker: the embedded one, messages that failed for good, and schedules."""
