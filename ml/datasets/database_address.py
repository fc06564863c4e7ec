"""Addresses of MySQL and MariaDB databases; messages never show the password."""

from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from pymysql.charset import charset_by_name

from ml.datasets.records import DatasetError

SCHEMES = ("mysql://", "mariadb://")
_USUAL_PORT = 3306
_SHAPE = "mysql://user@host:port/database (write %40 for @, %2F for / and %3A for : in names)"


class DatabaseAddress(NamedTuple):
    """Parts of an address; password: None when the address has none."""

    host: str
    port: int
    user: str
    password: str | None
    database: str
    charset: str = "utf8mb4"

    def __str__(self) -> str:
        """Return the address without its password."""
        return f"mysql://{self.user}@{self.host}:{self.port}/{self.database}"


def is_database_address(place: str) -> bool:
    """Return whether the text is the address of a database rather than a path."""
    return place.lower().startswith(SCHEMES)


def parse_address(place: str) -> DatabaseAddress:
    """Parse mysql://user:password@host:port/database[?charset=NAME]. Raise DatasetError, without the address."""
    try:
        parts = urlsplit(place)
        port = parts.port or _USUAL_PORT
        options = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    except ValueError:
        raise DatasetError("the database's address", f"it cannot be read: expected {_SHAPE}") from None
    database = unquote(parts.path.strip("/"))
    if not (parts.hostname and parts.username and database) or "/" in database or parts.fragment:
        raise DatasetError("the database's address", f"it lacks host, user or database: expected {_SHAPE}")
    charset = options.pop("charset", ["utf8mb4"])[-1]
    if options:
        unknown = ", ".join(sorted(options))
        raise DatasetError("the database's address", f"it has an unknown option, {unknown}: only ?charset= is known")
    password = None if parts.password is None else unquote(parts.password)
    address = DatabaseAddress(parts.hostname, port, unquote(parts.username), password, database, charset)
    if charset_by_name(charset) is None:
        raise DatasetError(str(address), f"the character set {charset!r} does not exist: leave ?charset= out (utf8mb4)")
    return address
