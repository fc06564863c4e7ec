"""The errors of a behaviour database that is out of reach."""

from django.db import DatabaseError, InterfaceError
from pymongo.errors import PyMongoError

# What reading or writing behaviour raises when its database is out of reach: a page must then do without.
BEHAVIOUR_DATABASE_ERRORS = (DatabaseError, InterfaceError, PyMongoError)
