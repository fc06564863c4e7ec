"""Listens to the shop and the accounts, and writes the log."""


def connect() -> None:
    """Attach every receiver; called once when the app is ready."""
