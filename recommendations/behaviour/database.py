"""The errors of a behaviour database that is out of reach."""

from django.db import DatabaseError, InterfaceError
from pymongo.errors import PyMongoError

# Raised by reads and writes when the behaviour database is out of reach. Pages must work without it.
BEHAVIOUR_DATABASE_ERRORS = (DatabaseError, InterfaceError, PyMongoError)
