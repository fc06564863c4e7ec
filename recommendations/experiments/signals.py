"""Signal of a started or stopped experiment."""

from django.dispatch import Signal

experiments_changed = Signal()
