"""The tables of a Magento 2 shop that the reader asks, as Magento declares them, with a few made-up rows."""

import pymysql

from ml.datasets.database_address import DatabaseAddress

TABLES = (
    """CREATE TABLE sales_order (
        entity_id INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, state VARCHAR(32), customer_id INT UNSIGNED,
        created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, KEY (created_at))""",
    """CREATE TABLE sales_order_item (
        item_id INT UNSIGNED PRIMARY KEY, order_id INT UNSIGNED NOT NULL, parent_item_id INT UNSIGNED,
        product_type VARCHAR(255), sku VARCHAR(255), qty_ordered DECIMAL(12,4),
        row_total DECIMAL(20,4) NOT NULL DEFAULT 0,
        KEY (order_id))""",
    """CREATE TABLE eav_attribute (
        attribute_id SMALLINT UNSIGNED PRIMARY KEY, entity_type_id SMALLINT UNSIGNED NOT NULL,
        attribute_code VARCHAR(255) NOT NULL, backend_type VARCHAR(8) NOT NULL)""",
    "CREATE TABLE catalog_product_entity (entity_id INT UNSIGNED PRIMARY KEY, type_id VARCHAR(32), sku VARCHAR(64))",
    "CREATE TABLE catalog_category_entity (entity_id INT UNSIGNED PRIMARY KEY, path VARCHAR(255) NOT NULL)",
    "CREATE TABLE catalog_category_product (category_id INT UNSIGNED, product_id INT UNSIGNED)",
    *(
        f"""CREATE TABLE {entity}_entity_{kind} (
            value_id INT PRIMARY KEY AUTO_INCREMENT, attribute_id SMALLINT UNSIGNED, store_id SMALLINT UNSIGNED,
            entity_id INT UNSIGNED, value {column}, UNIQUE KEY (entity_id, attribute_id, store_id))"""
        for entity, kind, column in (
            ("catalog_category", "varchar", "VARCHAR(255)"),
            ("catalog_product", "varchar", "VARCHAR(255)"),
            ("catalog_product", "text", "MEDIUMTEXT"),
            ("catalog_product", "decimal", "DECIMAL(20,6)"),
            ("catalog_product", "int", "INT"),
        )
    ),
)
NAME_OF_CATEGORY, NAME, DESCRIPTION, PRICE, IMAGE, STATUS = 45, 73, 75, 77, 87, 97
ROWS: dict[str, tuple[tuple[object, ...], ...]] = {
    # entity_id, state, customer_id, created_at (UTC); the tests say that it is 2026-06-30 12:00.
    "sales_order": (
        (1, "complete", 17, "2026-05-01 10:00:00"),
        (2, "complete", 17, "2026-06-01 12:00:00"),
        (3, "canceled", 17, "2026-06-02 12:00:00"),
        (4, "complete", None, "2026-06-03 12:00:00"),
        (5, "complete", 18, "2026-03-30 11:59:59"),
        (6, None, 18, "2026-03-30 12:00:00"),
        (7, "processing", 19, "2026-06-04 12:00:00"),
    ),
    # item_id, order_id, parent_item_id, product_type, sku, qty_ordered, row_total
    "sales_order_item": (
        (1, 1, None, "simple", "24-MB01", "1.0000", "34.0000"),
        (2, 2, None, "simple", "24-MB01", "2.0000", "68.0000"),
        (3, 2, None, "configurable", "WS-RED", "3.0000", "87.0000"),
        (4, 2, 3, "simple", "WS-RED", "3.0000", "0.0000"),
        (5, 3, None, "simple", "24-MB01", "9.0000", "306.0000"),
        (6, 4, None, "simple", "24-MB01", "9.0000", "306.0000"),
        (7, 5, None, "simple", "24-MB01", "9.0000", "306.0000"),
        (8, 6, None, "simple", "24-UG01", "1.5000", "10.0000"),
        (9, 7, None, "bundle", "KIT", "1.0000", "50.0000"),
        (10, 7, 9, "simple", "24-MB01", "1.0000", "30.0000"),
        (11, 7, None, "virtual", "WARRANTY", "1.0000", "5.0000"),
        (12, 7, None, "simple", "WS-RED", "-1.0000", "5.0000"),
    ),
    # Customers (entity type 1) have a `status` here, categories (3) a name and a description.
    "eav_attribute": (
        (9, 1, "status", "varchar"),
        (NAME_OF_CATEGORY, 3, "name", "varchar"),
        (47, 3, "description", "text"),
        (NAME, 4, "name", "varchar"),
        (DESCRIPTION, 4, "description", "text"),
        (PRICE, 4, "price", "decimal"),
        (IMAGE, 4, "image", "varchar"),
        (STATUS, 4, "status", "int"),
    ),
    "catalog_product_entity": (
        (1, "simple", "24-MB01"),
        (2, "configurable", "WS"),
        (3, "simple", "WS-RED"),
        (4, "simple", "24-UG01"),
        (5, "simple", "NAMELESS"),
    ),
    # The root of all, the shop's root, then what shoppers see.
    "catalog_category_entity": ((1, "1"), (2, "1/2"), (3, "1/2/3"), (4, "1/2/3/4"), (5, "1/2/5")),
    "catalog_category_product": ((3, 1), (4, 1), (5, 1), (2, 3)),
}
# table: (attribute_id, store_id, entity_id, value)
VALUES: dict[str, tuple[tuple[object, ...], ...]] = {
    "catalog_category_entity_varchar": (
        (NAME_OF_CATEGORY, 0, 1, "Root Catalog"),
        (NAME_OF_CATEGORY, 0, 2, "Default Category"),
        (NAME_OF_CATEGORY, 0, 3, "Gear"),
        (NAME_OF_CATEGORY, 1, 3, "Ausrüstung"),
        (NAME_OF_CATEGORY, 0, 4, "Bags / Cases"),
        (NAME_OF_CATEGORY, 0, 5, "Neu: Größe ☂ 🎒"),
    ),
    "catalog_product_entity_varchar": (
        (NAME, 0, 1, "Joust Duffle Bag"),
        (NAME, 1, 1, "Sporttasche"),
        (NAME, 0, 3, "Wéb Shirt, red 👕"),
        (NAME, 0, 4, "Umbrella"),
        (IMAGE, 0, 1, "/m/b/mb01-blue-0.jpg"),
        (IMAGE, 0, 4, "https://media.example/ug01.jpg"),
    ),
    "catalog_product_entity_text": ((DESCRIPTION, 0, 1, "<p>The sporty Joust.</p>"),),
    "catalog_product_entity_decimal": ((PRICE, 0, 1, "34.000000"), (PRICE, 0, 4, "12.500000")),
    "catalog_product_entity_int": ((STATUS, 0, 1, 1), (STATUS, 0, 3, 1), (STATUS, 0, 4, 2)),
}


def fill(address: DatabaseAddress) -> None:
    """Make the tables of an empty database and their rows."""
    with (
        pymysql.connect(
            host=address.host,
            port=address.port,
            user=address.user,
            password=address.password or "",
            database=address.database,
            charset="utf8mb4",
            autocommit=True,
            init_command="SET time_zone = '+00:00'",
        ) as connection,
        connection.cursor() as cursor,
    ):
        for statement in TABLES:
            cursor.execute(statement)
        for table, rows in ROWS.items():
            places = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 our own names
        for table, rows in VALUES.items():
            columns = "(attribute_id, store_id, entity_id, value)"
            cursor.executemany(f"INSERT INTO {table} {columns} VALUES (%s, %s, %s, %s)", rows)  # noqa: S608 our own
