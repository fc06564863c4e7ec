"""The index across migrations: triggers come off, go on again, and what was missed in between is found."""

import pytest
from django.core.management import call_command
from django.db import NotSupportedError, connection
from django.db.models import CharField

from shop.catalogue.models import Product
from shop.search import index, search_products
from tests.factories import ProductFactory


class Elsewhere:
    """A connection to a database the shop cannot search on."""

    vendor = "oracle"


def found(query: str) -> int:
    return search_products(query).count()


def test_another_database_is_refused_by_name():
    with pytest.raises(NotSupportedError, match="SQLite and PostgreSQL, not on oracle"):
        index.backend_of(Elsewhere())  # type: ignore[arg-type]


@pytest.mark.django_db
def test_following_again_finds_what_was_missed(category):
    index.ignore_products(connection)
    ProductFactory(title="Lamp", category=category)
    assert found("lamp") == 0

    index.follow_products(connection)
    assert found("lamp") == 1
    ProductFactory(title="Lamp", category=category)
    assert found("lamp") == 2


@pytest.mark.django_db
def test_following_twice_does_nothing(product, django_assert_num_queries):
    with django_assert_num_queries(1):
        index.follow_products(connection)

    assert found(product.title) == 1


@pytest.mark.django_db(transaction=True)
def test_a_migration_may_rebuild_the_product_table(category):
    """SQLite makes a new table and renames it, PostgreSQL changes the column: triggers would be in the way of both."""
    ProductFactory(title="Lamp", category=category)
    before = Product._meta.get_field("brand")
    after = CharField(max_length=200, blank=True, db_index=True)
    after.set_attributes_from_name("brand")
    after.model = Product

    for old, new in ((before, after), (after, before)):
        index.ignore_products(connection)
        with connection.schema_editor() as editor:
            editor.alter_field(Product, old, new, strict=True)
        index.follow_products(connection)

    assert found("lamp") == 1
    Product.objects.update(title="Rug")
    assert (found("lamp"), found("rug")) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_the_migration_can_be_taken_back_and_done_again(category):
    ProductFactory(title="Lamp", category=category)

    call_command("migrate", "shop", "0001", verbosity=0)
    try:
        assert not index.is_created(connection)
        Product.objects.update(title="Rug")
    finally:
        call_command("migrate", "shop", verbosity=0)

    assert (found("lamp"), found("rug")) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_a_dump_of_the_shop_leaves_the_index_out_and_loading_fills_it(category, tmp_path):
    ProductFactory(title="Lamp", category=category)
    dump = tmp_path / "shop.json"

    call_command("dumpdata", "shop", output=str(dump), verbosity=0)
    Product.objects.all().delete()
    call_command("loaddata", str(dump), verbosity=0)

    assert "shop.searchdocument" not in dump.read_text()
    assert found("lamp") == 1
