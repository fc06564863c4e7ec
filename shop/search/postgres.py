"""Full-text search on PostgreSQL: a table of tsvectors with a GIN index that triggers keep in step with the products.

The words go through a text search configuration of our own: English word stems, no stop words (a shopper who looks for
"The Who" means it), accents and punctuation removed, so that both databases find the same products. It needs no
extension, only the right to create objects in the schema.
"""

import unicodedata

from django.db.models import F, FloatField, Func, Value
from django.db.models.expressions import Combinable

from shop.search.backend import Backend
from shop.search.models import POSTGRES_WORDS

_WORDS = (
    f"CREATE TEXT SEARCH DICTIONARY {POSTGRES_WORDS} (TEMPLATE = snowball, Language = english)",
    f"CREATE TEXT SEARCH CONFIGURATION {POSTGRES_WORDS} (COPY = english)",
    f"""ALTER TEXT SEARCH CONFIGURATION {POSTGRES_WORDS}
        ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part WITH {POSTGRES_WORDS}""",
)
_TABLE = (
    "CREATE TABLE shop_search (product_id uuid PRIMARY KEY, document tsvector NOT NULL)",
    "CREATE INDEX shop_search_by_word ON shop_search USING gin (document)",
)
_FUNCTIONS = (
    # A tsvector ends at one megabyte; nobody looks for words that far down a description.
    rf"""CREATE FUNCTION shop_search_words(words text, weight "char") RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
        SELECT setweight(to_tsvector('{POSTGRES_WORDS}', regexp_replace(
            regexp_replace(normalize(left(words, 100000), NFKD), '[\u0300-\u036f]', '', 'g'),
            '[!-/:-@\[-`{{-~]+', ' ', 'g')), weight)
    $$""",
    """CREATE FUNCTION shop_search_document(product shop_product) RETURNS tsvector LANGUAGE sql STABLE AS $$
        SELECT shop_search_words(product.title, 'A')
            || shop_search_words(product.brand || ' ' || product.keywords, 'B')
            || shop_search_words((SELECT name FROM shop_category WHERE id = product.category_id), 'C')
            || shop_search_words(product.description, 'D')
    $$""",
    """CREATE FUNCTION shop_search_write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO shop_search (product_id, document) VALUES (NEW.id, shop_search_document(NEW))
        ON CONFLICT (product_id) DO UPDATE SET document = EXCLUDED.document;
        RETURN NULL;
    END $$""",
    """CREATE FUNCTION shop_search_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        DELETE FROM shop_search WHERE product_id = OLD.id;
        RETURN NULL;
    END $$""",
    """CREATE FUNCTION shop_search_truncate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        TRUNCATE shop_search;
        RETURN NULL;
    END $$""",
    """CREATE FUNCTION shop_search_category() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE shop_search SET document = shop_search_document(product)
        FROM shop_product AS product WHERE product.category_id = NEW.id AND shop_search.product_id = product.id;
        RETURN NULL;
    END $$""",
)
_DROP_TABLES = (
    "DROP TABLE IF EXISTS shop_search",
    """DROP FUNCTION IF EXISTS shop_search_category(), shop_search_truncate(), shop_search_delete(),
        shop_search_write(), shop_search_document(shop_product), shop_search_words(text, "char")""",
    f"DROP TEXT SEARCH CONFIGURATION IF EXISTS {POSTGRES_WORDS}",
    f"DROP TEXT SEARCH DICTIONARY IF EXISTS {POSTGRES_WORDS}",
)
_TRIGGERS = {
    "shop_search_product_insert": "AFTER INSERT ON shop_product FOR EACH ROW EXECUTE FUNCTION shop_search_write()",
    # Django's save() names every column, so the values decide whether there is anything to do.
    "shop_search_product_update": """
        AFTER UPDATE OF title, brand, keywords, category_id, description ON shop_product FOR EACH ROW
        WHEN ((OLD.title, OLD.brand, OLD.keywords, OLD.category_id, OLD.description) IS DISTINCT FROM
            (NEW.title, NEW.brand, NEW.keywords, NEW.category_id, NEW.description))
        EXECUTE FUNCTION shop_search_write()""",
    "shop_search_product_delete": "AFTER DELETE ON shop_product FOR EACH ROW EXECUTE FUNCTION shop_search_delete()",
    "shop_search_product_truncate": """
        AFTER TRUNCATE ON shop_product FOR EACH STATEMENT EXECUTE FUNCTION shop_search_truncate()""",
    "shop_search_category_rename": """
        AFTER UPDATE OF name ON shop_category FOR EACH ROW
        WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION shop_search_category()""",
}
_REFILL = (
    "DELETE FROM shop_search",
    """INSERT INTO shop_search (product_id, document)
        SELECT product.id, shop_search_document(product) FROM shop_product AS product""",
)
_COUNT_WORDS = """
    WITH word AS (SELECT value FROM json_array_elements_text(%s::json))
    SELECT word.value, (SELECT count(*) FROM (
        SELECT 1 FROM shop_search
        WHERE document @@ to_tsquery('shop_words', quote_literal(word.value) || ':ABC') LIMIT %s
    ) AS found) FROM word
"""


def expression(words: list[str]) -> str:
    """Return the to_tsquery text: quoted words joined by &, the last one a prefix."""
    plain = ["".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)) for word in words]
    quoted = ["'" + word.replace("\\", "").replace("'", "''") + "'" for word in plain]
    return " & ".join(quoted) + ":*"


def relevance(query: str) -> Combinable:
    """Return ts_rank with the weights bm25 has on SQLite; double precision, so that paging can compare it."""
    return Func(
        F("search__document"),
        Value(query),
        template=("ts_rank('{0.1, 0.3, 0.4, 1.0}', %(expressions)s::text))::double precision"),
        arg_joiner=f", to_tsquery('{POSTGRES_WORDS}', ",
        output_field=FloatField(),
    )


BACKEND = Backend(
    create_tables=(*_WORDS, *_TABLE, *_FUNCTIONS),
    drop_tables=_DROP_TABLES,
    triggers=_TRIGGERS,
    drop_trigger="DROP TRIGGER IF EXISTS {name} ON {table}",
    trigger_names="""SELECT tgname FROM pg_trigger
        WHERE tgrelid IN ('shop_product'::regclass, 'shop_category'::regclass) AND NOT tgisinternal""",
    refill=_REFILL,
    expression=expression,
    relevance=relevance,
    either=" | ",
    count_words=_COUNT_WORDS,
)
