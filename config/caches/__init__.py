"""Cache backends of Django that survive the loss of their server or disk."""
