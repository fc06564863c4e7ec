"""Signals of this app; receivers import accounts, never the reverse."""

from django.dispatch import Signal

# Sent once when a visitor with a history of their own signs in: `visitor_id` (UUID), `user_id` (UUID).
visitor_signed_in = Signal()
