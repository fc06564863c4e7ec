"""The reader on a real MariaDB server."""

import re
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pymysql
import pytest

from ml.datasets.database_address import DatabaseAddress
from ml.datasets.line_source import LineSource
from ml.datasets.magento import Magento
from ml.datasets.magento_database import MagentoDatabase
from ml.datasets.records import DatasetError, InteractionRecord, ProductRecord, RowError
from tests.ml.datasets.magento_tables import fill
from tests.programs import free_port
from tests.services_mariadb import mariadb_server

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
JUNE_1, JUNE_4 = 1780315200.0, 1780574400.0
MANUAL = Path(__file__).resolve().parents[3] / "docs" / "operations.md"
MARCH_30 = 1774872000.0


@pytest.fixture(scope="module")
def server() -> Iterator[DatabaseAddress]:
    with mariadb_server() as address:
        fill(address)
        yield address


@pytest.fixture
def administrator(server):
    """A connection that may change everything, with autocommit."""
    with pymysql.connect(
        host=server.host, port=server.port, user=server.user, password=server.password, database="magento",
        charset="utf8mb4", autocommit=True,
    ) as connection, connection.cursor() as cursor:  # fmt: skip
        yield cursor


@pytest.fixture
def other_database(administrator, server):
    """An empty database beside the shop's."""
    administrator.execute("CREATE DATABASE other")
    yield server._replace(database="other")
    administrator.execute("DROP DATABASE other")


def opened(address: DatabaseAddress, **options) -> MagentoDatabase:
    return MagentoDatabase(address, password=address.password or "", **{"now": NOW, **options})


@pytest.mark.mariadb
class TestPurchases:
    def test_three_months_of_simple_products(self, server):
        """Not canceled orders, not guests, not older ones; the money of a variant stands on its parent."""
        with opened(server) as data:
            records = list(data.interactions())

            assert (data.position, data.size) == (5, 5)
        assert records == [
            InteractionRecord("17", "24-MB01", 3.0, JUNE_1, "purchase", 1, Decimal("102.0000")),
            InteractionRecord("17", "WS-RED", 3.0, JUNE_1, "purchase", 2, Decimal("87.0000")),
            InteractionRecord("18", "24-UG01", 1.5, MARCH_30, "purchase", 3, Decimal("10.0000")),
            InteractionRecord("19", "24-MB01", 1.0, JUNE_4, "purchase", 4, Decimal("30.0000")),
            RowError(5, "qty_ordered '-1.0000' is not a number above 0", "WS-RED"),
        ]

    @pytest.mark.parametrize(
        ("months", "pairs"),
        [
            (1, [("17", "24-MB01", 2.0), ("17", "WS-RED", 3.0), ("19", "24-MB01", 1.0)]),
            (
                4,
                [
                    *[("17", "24-MB01", 3.0), ("17", "WS-RED", 3.0), ("18", "24-MB01", 9.0), ("18", "24-UG01", 1.5)],
                    ("19", "24-MB01", 1.0),
                ],
            ),
        ],
    )
    def test_as_many_months_as_asked(self, server, months, pairs):
        with opened(server, months=months) as data:
            found = [record[:3] for record in data.interactions() if isinstance(record, InteractionRecord)]

        assert found == pairs

    def test_the_query_of_the_manual_says_the_same(self, server, administrator, tmp_path):
        """With the moment of the test in place of now, its answer makes the file that gives these purchases."""
        query = re.search(r"^SELECT o\.customer_id.*?;", MANUAL.read_text(), re.MULTILINE | re.DOTALL)
        assert query is not None
        administrator.execute("SET time_zone = '+00:00'")
        administrator.execute(query.group().replace("UTC_TIMESTAMP()", "CAST('2026-06-30 12:00:00' AS DATETIME)"))
        rows = [[column[0] for column in administrator.description], *administrator.fetchall()]
        path = tmp_path / "purchases.tsv"
        path.write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))

        with opened(server) as data, LineSource(path) as source:
            expected = [record[:4] for record in data.interactions() if isinstance(record, InteractionRecord)]
            found = [record[:4] for record in Magento().interactions(source) if isinstance(record, InteractionRecord)]

        assert sorted(found) == expected

    def test_none_in_the_window(self, server):
        with opened(server, now=datetime(2030, 1, 1, tzinfo=UTC)) as data:
            assert list(data.interactions()) == []
            assert (data.position, data.size) == (0, 1)


@pytest.mark.mariadb
class TestProducts:
    def test_simple_products_with_what_holds_in_all_stores(self, server):
        with opened(server) as data:
            records = list(data.products())

            assert (data.position, data.size) == (4, 4)
        assert records == [
            ProductRecord(
                external_id="24-MB01",
                title="Joust Duffle Bag",
                description="The sporty Joust.",
                category_path=("Gear", "Bags / Cases"),
                keywords=("Bags / Cases", "Gear", "Neu: Größe ☂ 🎒"),
                price=Decimal("34.000000"),
                line=1,
            ),
            ProductRecord(external_id="WS-RED", title="Wéb Shirt, red 👕", line=2),
            ProductRecord(
                external_id="24-UG01",
                title="Umbrella",
                price=Decimal("12.500000"),
                image_url="https://media.example/ug01.jpg",
                is_published=False,
                line=3,
            ),
            RowError(4, "name is missing", "NAMELESS"),
        ]

    def test_products_then_purchases_of_one_snapshot(self, server, administrator):
        with opened(server) as data:
            before = list(data.products())
            administrator.execute("INSERT INTO catalog_product_entity VALUES (9, 'simple', 'LATE')")
            try:
                assert list(data.products()) == before
                assert len(list(data.interactions())) == 5
            finally:
                administrator.execute("DELETE FROM catalog_product_entity WHERE entity_id = 9")


@pytest.mark.mariadb
class TestManners:
    def test_it_cannot_write(self, server):
        with opened(server) as data, pytest.raises(pymysql.OperationalError) as caught:
            data._all("DELETE FROM sales_order")

        assert caught.value.args[0] == 1792

    def test_a_stop_in_the_middle_closes_the_connection(self, server):
        with opened(server) as data:
            rows = data.interactions()
            next(rows)

        assert not data._connection.open
        assert data.position == 1

    def test_a_reader_needs_no_more_than_the_grants_of_the_manual(self, server, administrator):
        grants = re.findall(r"^GRANT SELECT ON magento\.\w+", MANUAL.read_text(), re.MULTILINE)
        administrator.execute("CREATE USER reader@'127.0.0.1' IDENTIFIED BY 'secret'")
        reader = server._replace(user="reader", password="secret")
        try:
            with pytest.raises(DatasetError, match="the user may not read this .*GRANT SELECT on the tables that docs"):
                opened(reader)
            for grant in grants:
                administrator.execute(f"{grant} TO reader@'127.0.0.1'")
            with opened(reader) as data:
                assert len(list(data.products())) == 4
                assert len(list(data.interactions())) == 5
        finally:
            administrator.execute("DROP USER reader@'127.0.0.1'")

    def test_memory_stays_flat(self, server, administrator):
        """40,000 rows take as much memory as 4,000 did."""
        administrator.execute("CREATE DATABASE large")
        large = server._replace(database="large")
        try:
            fill(large)
            peaks = []
            for first, last in ((100, 4_099), (4_100, 40_099)):
                for statement in MANY_ORDERS:
                    administrator.execute(statement, (first, last))
                with opened(large) as data:
                    tracemalloc.start()
                    number = sum(1 for _ in data.interactions())
                    peaks.append(tracemalloc.get_traced_memory()[1])
                    tracemalloc.stop()
                assert number == 5 + last - 99
        finally:
            administrator.execute("DROP DATABASE large")
        assert peaks[1] < 1.2 * peaks[0]
        assert peaks[1] < 3_000_000


# Orders of one item each, numbered from and to; MariaDB makes the numbers.
MANY_ORDERS = (
    """INSERT INTO large.sales_order SELECT seq, 'complete', seq, '2026-06-01 12:00:00'
    FROM seq_1_to_100000 WHERE seq BETWEEN %s AND %s""",
    """INSERT INTO large.sales_order_item SELECT seq, seq, NULL, 'simple', CONCAT('sku-', seq), 1, 5
    FROM seq_1_to_100000 WHERE seq BETWEEN %s AND %s""",
)


@pytest.mark.mariadb
class TestRefusals:
    """One line that names the address without its password, says what was wrong and what to do."""

    def problem(self, address: DatabaseAddress, method: str = "interactions") -> str:
        with pytest.raises(DatasetError) as caught, opened(address) as data:
            list(getattr(data, method)())
        message = str(caught.value)
        assert message.startswith(f"{address}: ")
        assert "\n" not in message
        assert address.password is None or address.password not in message
        return message.removeprefix(f"{address}: ")

    def test_a_wrong_password(self, server):
        problem = self.problem(server._replace(password="wrong"))

        assert problem.startswith("the server refused the user or the password (Access denied for user 'owner'@")
        assert problem.endswith("check MAGENTO_DATABASE_PASSWORD and the grants")

    def test_a_wrong_port(self, server):
        problem = self.problem(server._replace(port=free_port()))

        assert problem.startswith("the server cannot be reached (Can't connect to MySQL server on '127.0.0.1'")
        assert problem.endswith("check host and port, and that it listens there")

    def test_a_host_that_does_not_exist(self, server):
        problem = self.problem(server._replace(host="no-such-host.invalid"))

        assert problem.startswith("the server cannot be reached (Can't connect to MySQL server on")

    def test_a_wrong_database(self, server):
        assert self.problem(server._replace(database="elsewhere")) == (
            "the server has no such database (Unknown database 'elsewhere'): check the end of the address"
        )

    @pytest.mark.parametrize(
        ("method", "table"),
        [("interactions", "sales_order"), ("products", "eav_attribute")],
        ids=["orders", "products"],
    )
    def test_missing_tables(self, other_database, method, table):
        assert self.problem(other_database, method) == (
            "this is not a Magento 2 (Open Source) database without a table prefix "
            f"(Table 'other.{table}' doesn't exist): check its name, or import the CSV files"
        )

    def test_no_attributes(self, other_database, administrator):
        administrator.execute("USE other")
        for table in ("eav_attribute", "catalog_category_entity", "catalog_category_entity_varchar"):
            administrator.execute(f"CREATE TABLE other.{table} LIKE magento.{table}")

        assert self.problem(other_database, "products") == (
            "eav_attribute knows no product `name`: is this a Magento 2 database?"
        )

    def test_a_character_set_that_is_not_the_tables(self, other_database, administrator):
        """Bytes of Latin-1 in a column without a character set: there is nothing to convert them from."""
        for table in ("sales_order", "sales_order_item"):
            administrator.execute(f"CREATE TABLE other.{table} LIKE magento.{table}")
        administrator.execute("ALTER TABLE other.sales_order_item MODIFY sku VARBINARY(255)")
        administrator.execute("INSERT INTO other.sales_order SELECT * FROM magento.sales_order WHERE entity_id = 1")
        administrator.execute("INSERT INTO other.sales_order_item VALUES (1, 1, NULL, 'simple', 0x636166E9, 1, 5)")

        with opened(other_database) as data:
            assert list(data.interactions()) == [RowError(1, "sku holds bytes that are not UTF-8 text (636166e9)", "")]
