"""Databases: the shop on SQL, behaviour beside it or on MongoDB.

`BEHAVIOUR_DATABASE_URL` unset means one database for both (docs/decisions/002-mongodb.md).
"""

from config.databases.router import BehaviourRouter

__all__ = ["BehaviourRouter"]
