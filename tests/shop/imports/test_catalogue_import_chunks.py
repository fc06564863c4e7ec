"""The import in chunks: whole or absent, announced once, tried again after a collision."""

import pytest
from django.db import IntegrityError

from shop.catalogue.models import Category, Product
from shop.imports import catalogue_import
from shop.imports.catalogue_import import import_products
from tests.shop.imports.product_records import LAMP, everything, lamp

pytestmark = pytest.mark.django_db


class TestChunks:
    @pytest.fixture(autouse=True)
    def _small_chunks(self, monkeypatch):
        monkeypatch.setattr(catalogue_import, "PRODUCTS_PER_CHUNK", 2)

    def test_each_is_announced_once_and_progress_told(self, run, shop_events):
        seen: list[int] = []

        run(*(lamp(f"B{number}") for number in range(5)), on_progress=seen.append)

        assert [len(event["product_ids"]) for event in shop_events] == [2, 2, 1]
        assert seen == [2, 4, 5, 5]

    def test_after_a_stop_whole_chunks_are_in_and_a_second_run_completes(self, run):
        records = [lamp(f"B{number}") for number in range(5)]

        def stopped():
            yield from records[:3]
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            import_products(stopped())
        assert list(Product.objects.order_by("external_id").values_list("external_id", flat=True)) == ["B0", "B1"]

        summary = run(*records)
        assert (summary.created, summary.unchanged) == (3, 2)

    def test_a_failure_inside_a_chunk_leaves_nothing_of_it(self, run, monkeypatch):
        def fail(products):
            raise RuntimeError("disk on fire")

        run(LAMP)
        before = everything()
        monkeypatch.setattr(catalogue_import, "set_free_slugs", fail)

        with pytest.raises(RuntimeError):
            run(lamp("B1", title="New"), lamp("B2", category_path=("Garden",)))

        assert everything() == before
        assert not Category.objects.filter(name="Garden").exists()

    def test_a_chunk_is_tried_again_when_somebody_else_made_its_product(self, run, monkeypatch, shop_events):
        write, attempts = catalogue_import._write, []

        def collide_once(new, changed):
            attempts.append(len(new))
            if len(attempts) == 1:
                raise IntegrityError("external_id")
            write(new, changed)

        monkeypatch.setattr(catalogue_import, "_write", collide_once)

        summary = run(LAMP)

        assert attempts == [1, 1]
        assert (summary.created, summary.categories_created) == (1, 2)
        assert Product.objects.get().category.name == "Lamps"
        assert len(shop_events) == 1

    def test_a_lasting_collision_is_not_hidden(self, run, monkeypatch):
        def collide(new, changed):
            raise IntegrityError("external_id")

        monkeypatch.setattr(catalogue_import, "_write", collide)

        with pytest.raises(IntegrityError):
            run(LAMP)
        assert Product.objects.count() == Category.objects.count() == 0

    def test_queries_do_not_grow_with_the_chunk(self, run, monkeypatch, django_assert_max_num_queries):
        monkeypatch.setattr(catalogue_import, "PRODUCTS_PER_CHUNK", 40)
        run(*(lamp(f"B{number}") for number in range(40)))

        with django_assert_max_num_queries(5):
            run(*(lamp(f"B{number}") for number in range(40)))
