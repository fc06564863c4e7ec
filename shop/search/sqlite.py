"""Full-text search on SQLite: an FTS5 table that triggers keep in step with the products.

FTS5 finds a row fast by its integer rowid only, and the rowid of shop_product is not stable (its key is a UUID), so
`shop_search_key` gives every product a number of its own: a change then costs the same however many products there are.
"""

from django.db.models import F, Value
from django.db.models.expressions import Combinable

from shop.search.backend import Backend

_CREATE_TABLES = (
    "CREATE TABLE shop_search_key (id INTEGER PRIMARY KEY, product_id CHAR(32) NOT NULL UNIQUE)",
    """CREATE VIRTUAL TABLE shop_search_fts USING fts5(
        title, brand, keywords, category, description,
        tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3'
    )""",
    "INSERT INTO shop_search_fts (shop_search_fts, rank) VALUES ('rank', 'bm25(10.0, 4.0, 4.0, 3.0, 1.0)')",
    # FTS5 names the column that stands for all words like its table. The view costs nothing: SQLite dissolves it.
    """CREATE VIEW shop_search AS
        SELECT key.product_id AS product_id, fts.shop_search_fts AS document, fts.rank AS rank
        FROM shop_search_fts AS fts JOIN shop_search_key AS key ON key.id = fts.rowid""",
)
_TRIGGERS = {
    "shop_search_product_insert": """
        AFTER INSERT ON shop_product BEGIN
            INSERT INTO shop_search_key (product_id) VALUES (NEW.id);
            INSERT INTO shop_search_fts (rowid, title, brand, keywords, category, description)
            SELECT id, NEW.title, NEW.brand, NEW.keywords,
                (SELECT name FROM shop_category WHERE id = NEW.category_id), NEW.description
            FROM shop_search_key WHERE product_id = NEW.id;
        END""",
    # Django's save() names every column, so the values decide whether there is anything to do.
    "shop_search_product_update": """
        AFTER UPDATE OF title, brand, keywords, category_id, description ON shop_product
        WHEN OLD.title <> NEW.title OR OLD.brand <> NEW.brand OR OLD.keywords <> NEW.keywords
            OR OLD.category_id <> NEW.category_id OR OLD.description <> NEW.description
        BEGIN
            UPDATE shop_search_fts SET title = NEW.title, brand = NEW.brand, keywords = NEW.keywords,
                category = (SELECT name FROM shop_category WHERE id = NEW.category_id), description = NEW.description
            WHERE rowid = (SELECT id FROM shop_search_key WHERE product_id = NEW.id);
        END""",
    "shop_search_product_delete": """
        AFTER DELETE ON shop_product BEGIN
            DELETE FROM shop_search_fts WHERE rowid = (SELECT id FROM shop_search_key WHERE product_id = OLD.id);
            DELETE FROM shop_search_key WHERE product_id = OLD.id;
        END""",
    "shop_search_category_rename": """
        AFTER UPDATE OF name ON shop_category WHEN OLD.name <> NEW.name BEGIN
            UPDATE shop_search_fts SET category = NEW.name WHERE rowid IN (
                SELECT key.id FROM shop_product JOIN shop_search_key AS key ON key.product_id = shop_product.id
                WHERE shop_product.category_id = NEW.id
            );
        END""",
}
_REFILL = (
    "DELETE FROM shop_search_fts",
    "DELETE FROM shop_search_key",
    # In the order of the table, so that a search with many matches reads its pages one after the other.
    "INSERT INTO shop_search_key (product_id) SELECT id FROM shop_product ORDER BY rowid",
    """INSERT INTO shop_search_fts (rowid, title, brand, keywords, category, description)
        SELECT key.id, title, brand, keywords, category.name, product.description
        FROM shop_product AS product
        JOIN shop_search_key AS key ON key.product_id = product.id
        JOIN shop_category AS category ON category.id = product.category_id""",
    "INSERT INTO shop_search_fts (shop_search_fts) VALUES ('optimize')",
)
_COUNT_WORDS = """
    WITH word AS (SELECT value FROM json_each(%s))
    SELECT word.value, (SELECT count(*) FROM (
        SELECT 1 FROM shop_search_fts
        WHERE shop_search_fts MATCH '{title brand keywords category} : "' || word.value || '"' LIMIT %s
    )) FROM word
"""


def expression(words: list[str]) -> str:
    """Return the FTS5 query: quoted words joined by AND, the last one a prefix."""
    return " AND ".join(f'"{word}"' for word in words) + " *"


def relevance(query: str) -> Combinable:
    """Return bm25 with its sign turned (FTS5 gives the best match the lowest value)."""
    return F("search__rank") * Value(-1.0)


BACKEND = Backend(
    create_tables=_CREATE_TABLES,
    drop_tables=(
        "DROP VIEW IF EXISTS shop_search",
        "DROP TABLE IF EXISTS shop_search_fts",
        "DROP TABLE IF EXISTS shop_search_key",
    ),
    triggers=_TRIGGERS,
    drop_trigger="DROP TRIGGER IF EXISTS {name}",
    trigger_names="SELECT name FROM sqlite_master WHERE type = 'trigger'",
    refill=_REFILL,
    expression=expression,
    relevance=relevance,
    either=" OR ",
    count_words=_COUNT_WORDS,
)
