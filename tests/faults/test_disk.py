"""The disk is full or read-only: on the embedded engine, whose cache, broker and databases are files."""

import errno
import os
import resource
from io import BytesIO
from pathlib import Path

import pytest
import requests
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from benchmarks.shops.live_shop import LiveShop
from config.caches.files import Cache
from config.settings import base
from shop.catalogue.models import Product
from tests.factories import ProductFactory
from tests.programs import free_port

NO_REVIEWS = {f"reviews-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
PAGES = ("/", "/api/v1/products/", "/api/v1/recommendations/", "/api/v1/categories/")


@pytest.fixture
def embedded_cache(settings, tmp_path):
    """The cache that the embedded shop has, in a folder that cannot be made: what its name needs is a file."""
    (tmp_path / "file").touch()
    settings.CACHES = {"default": base.CACHES["default"] | {"LOCATION": tmp_path / "file" / "cache"}}
    yield
    Cache.quiet_until.pop(str(tmp_path / "file" / "cache"), None)


@pytest.fixture
def embedded_shop(tmp_path, connection_of_the_test):
    settings = {"DATABASE_URL": connection_of_the_test, "BEHAVIOUR_DATABASE_URL": "", "REDIS_URL": ""}
    with LiveShop(tmp_path / "shop", settings) as shop:
        yield shop


@pytest.mark.django_db
def test_fault_17_pages_are_served_where_the_cache_cannot_be_written(embedded_cache, client, product, caplog):
    pages = [client.get(address) for address in (*PAGES, product.get_absolute_url())]
    event = client.post("/api/v1/events/", {"kind": "view", "product": str(product.pk)}, "application/json")

    assert [page.status_code for page in pages] == [200] * 5
    assert event.status_code == 202
    told = [*caplog.get_records("setup"), *caplog.records]  # making the product drops what is kept of its category
    assert sum("The cache is away" in record.message for record in told) == 1


def may_write(process: int, most_bytes: int) -> None:
    """Let a process make files no longer than that: with 0 each of its writes fails, as on a full disk."""
    resource.prlimit(process, resource.RLIMIT_FSIZE, (most_bytes, resource.RLIM_INFINITY))


@pytest.mark.django_db(transaction=True)
def test_fault_17_with_no_room_for_a_byte_pages_are_shown_and_what_must_be_stored_is_refused(embedded_shop):
    product = ProductFactory(stock=1)
    web, address = embedded_shop.start_web(workers=1, port=free_port(), answers="/api/v1/health/")
    [process] = web.children()
    line = {"product_id": str(product.pk), "quantity": 1}
    with requests.Session() as browser:
        may_write(process, 0)
        shown = [browser.get(address + page, timeout=180) for page in (*PAGES, product.get_absolute_url())]
        refused = browser.post(f"{address}/api/v1/cart/items/", json=line, timeout=180)
        may_write(process, resource.RLIM_INFINITY)
        taken = browser.post(f"{address}/api/v1/cart/items/", json=line, timeout=180)

    assert [answer.status_code for answer in shown] == [200] * 5
    assert product.title in shown[-1].text
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (503, "unavailable")
    assert "Retry-After" in refused.headers
    assert taken.status_code == 201


def picture() -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (20, 20)).save(content, "PNG")
    return SimpleUploadedFile("lamp.png", content.getvalue(), "image/png")


@pytest.mark.django_db
@pytest.mark.parametrize("trouble", [errno.EROFS, errno.ENOSPC], ids=os.strerror)
def test_fault_17_a_picture_that_cannot_be_stored_is_an_error_beside_its_field(
    staff_client, product, settings, tmp_path, monkeypatch, trouble
):
    settings.MEDIA_ROOT = tmp_path / "media"
    page = reverse("admin:shop_product_change", args=[product.pk])
    form = staff_client.get(page).context["adminform"].form
    fields = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    fields |= NO_REVIEWS | {"title": "New title", "initial-stock": product.stock, "image": picture()}

    def no_room(path: Path, content: bytes) -> int:
        raise OSError(trouble, os.strerror(trouble))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", no_room)
        refused = staff_client.post(page, fields)

    assert refused.status_code == 200
    [problem] = refused.context["adminform"].errors["image"]
    assert os.strerror(trouble) in problem
    assert "must have room and allow writing" in problem
    assert Product.objects.get(pk=product.pk).title == product.title

    fields["image"] = picture()
    assert staff_client.post(page, fields).status_code == 302
    stored = Product.objects.get(pk=product.pk)
    assert stored.title == "New title"
    kept = [path for path in (tmp_path / "media").rglob("*") if path.is_file()]
    assert (len(kept), tmp_path / "media" / stored.image.name in kept) == (2, True)
