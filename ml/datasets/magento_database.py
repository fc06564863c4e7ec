"""Reading of a live Magento 2 database (MySQL or MariaDB): read-only, in one snapshot, in constant memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, ClassVar, Self

import pymysql
from pymysql.cursors import SSCursor

from ml.datasets import magento_queries as queries
from ml.datasets.database_address import DatabaseAddress
from ml.datasets.field_values import FieldError
from ml.datasets.magento import DISABLED, ProductValues, product, purchase, text
from ml.datasets.records import Contents, DatasetError, InteractionRecord, ProductRecord, RowError

MONTHS = 3
ROWS_PER_FETCH = 1_000
CONNECT_SECONDS = 10
# Time that the server waits while a chunk is being stored.
_PATIENCE_SECONDS = 3_600
_ROOT_LEVELS = 2
# Access denied to the server; to a database, a table or a column.
_WRONG_LOGIN = {1045, 1698}
_NO_GRANT = {1044, 1142, 1143, 1227}
_NO_DATABASE, _NO_TABLE, _NO_COLUMN, _NO_CHARACTER_SET = 1049, 1146, 1054, 1115


class MagentoDatabase:
    """Open database, a `ml.datasets.dataset.Dataset`; size and position count rows of the query.

    One query at a time: iterate over products() or interactions() to the end before the next call.
    """

    contents: ClassVar[Contents] = Contents.PRODUCTS | Contents.INTERACTIONS
    needs_check: ClassVar[bool] = False
    nothing_there: ClassVar[str] = "it holds no such rows: check the name of the database, or take more --months"

    def __init__(
        self, address: DatabaseAddress, *, password: str, months: int = MONTHS, now: datetime | None = None
    ) -> None:
        """Connect and start a read-only snapshot; purchases go back `months` from `now` (UTC; default: the current
        time).

        Raise DatasetError when the server cannot be reached or refuses.
        """
        self.place = str(address)
        self.size, self.position = 1, 0
        self._window = {"months": months, "now": (now or datetime.now(UTC)).strftime("%Y-%m-%d %H:%M:%S")}
        with self._errors_as_dataset_error(address):
            self._connection = pymysql.connect(
                host=address.host,
                port=address.port,
                user=address.user,
                password=password,
                database=address.database,
                charset=address.charset,
                connect_timeout=CONNECT_SECONDS,
                cursorclass=SSCursor,
            )
            self._address = address
            for statement in (
                f"SET SESSION time_zone = '+00:00', net_write_timeout = {_PATIENCE_SECONDS}, "
                "group_concat_max_len = 1000000",
                "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
            ):
                self._all(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        result = self._connection._result  # type: ignore[attr-defined]
        if result is not None:
            # Otherwise the client reads all remaining rows before it closes.
            result.unbuffered_active = False
        self._connection.close()

    def check_complete(self, on_progress: Callable[[int], None] | None = None) -> None:
        """Do nothing: a database needs no check."""

    def interactions(self) -> Iterator[InteractionRecord | RowError]:
        """Yield one purchase per customer and sku; `line` is the row of the result."""
        for line, cells in self._rows(queries.PURCHASE_COUNT, queries.PURCHASES, self._window):
            yield purchase(line, *cells)

    def products(self) -> Iterator[ProductRecord | RowError]:
        """Yield the simple products with the values of all store views; `line` is the row of the result."""
        with self._errors_as_dataset_error(self._address):
            attributes = self._all(queries.ATTRIBUTES, {"codes": queries.PRODUCT_ATTRIBUTES})
            categories = self._category_paths()
        if "name" not in {code for code, _, _ in attributes}:
            raise DatasetError(self.place, "eav_attribute knows no product `name`: is this a Magento 2 database?")
        kinds = {text(code): text(kind) for code, _, kind in attributes}
        identities = {text(code): identity for code, identity, _ in attributes}
        query = queries.products_query(kinds)
        for line, cells in self._rows(queries.PRODUCT_COUNT, query, identities):
            sku, category_ids, name, description, price, image, status = cells
            paths = [categories.get(key, ()) for key in text(category_ids).split(",")]
            try:
                is_enabled = text(status) != DISABLED
                yield product(line, ProductValues(sku, name, description, price, image, is_enabled, paths))
            except FieldError as error:
                yield RowError(line, str(error), str(sku)[:60])

    def _category_paths(self) -> dict[str, tuple[str, ...]]:
        """Return the names from below the root category to each category, by its id."""
        rows = self._all(queries.CATEGORIES)
        names = {str(identity): text(name) for identity, _, name in rows}
        return {
            str(identity): tuple(names[key] for key in text(path).split("/")[_ROOT_LEVELS:] if names.get(key))
            for identity, path, _ in rows
        }

    def _rows(self, count: str, query: str, values: dict[str, Any]) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """Yield (number of the row, its cells); rows are fetched as they are consumed."""
        with self._errors_as_dataset_error(self._address):
            self.position, self.size = 0, max(1, int(self._all(count, values)[0][0]))
            with self._connection.cursor() as cursor:
                cursor.execute(query, values)
                while rows := cursor.fetchmany(ROWS_PER_FETCH):
                    for cells in rows:
                        self.position += 1
                        yield self.position, cells

    def _all(self, statement: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())

    @contextmanager
    def _errors_as_dataset_error(self, address: DatabaseAddress) -> Iterator[None]:
        """Turn errors of server and client into a DatasetError of one line, with the address and what to do."""
        try:
            yield
        except pymysql.MySQLError as error:
            raise DatasetError(self.place, _explain(error, address)) from None
        except UnicodeDecodeError:
            problem = f"it holds text that is not {address.charset}: add ?charset=NAME, the one its tables are in"
            raise DatasetError(self.place, problem) from None


def _explain(error: pymysql.MySQLError, address: DatabaseAddress) -> str:
    """Return the error and what to do, in one line."""
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    said = " ".join(str(error.args[1] if len(error.args) > 1 else error).split())
    if number in _WRONG_LOGIN:
        return f"the server refused the user or the password ({said}): check MAGENTO_DATABASE_PASSWORD and the grants"
    if number in _NO_GRANT:
        return f"the user may not read this ({said}): GRANT SELECT on the tables that docs/operations.md lists"
    if number == _NO_DATABASE:
        return f"the server has no such database ({said}): check the end of the address"
    if number in {_NO_TABLE, _NO_COLUMN}:
        return (
            f"this is not a Magento 2 (Open Source) database without a table prefix ({said}): "
            "check its name, or import the CSV files"
        )
    if number == _NO_CHARACTER_SET:
        return f"the server does not know the character set {address.charset} ({said}): add ?charset=utf8mb3"
    if number in {2002, 2003}:
        return f"the server cannot be reached ({said}): check host and port, and that it listens there"
    return f"the database refused ({said or type(error).__name__}): run the same command again, or import the CSV files"
