import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from shop.catalogue.models import Product, small_name
from shop.catalogue.pictures.download import PictureError
from shop.catalogue.pictures.services import PicturesFetched, fetch_pictures, missing_pictures, store_uploaded
from tests.factories import ProductFactory
from tests.shop.picture_server import PictureServer, picture_bomb, picture_bytes, running_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def media(settings, tmp_path) -> Path:
    settings.FETCH_FROM_LOOPBACK = True
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def server(media) -> Iterator[PictureServer]:
    with running_server() as running:
        yield running


def run(limit: int | None = None, at_once: int = 2) -> PicturesFetched:
    return fetch_pictures(missing_pictures(limit), at_once=at_once, on_progress=lambda done, failed: None)


def files(media: Path) -> list[str]:
    return sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())


def name_of(product: Product, side: int = 600) -> str:
    digest = hashlib.sha256(product.image_url.encode()).hexdigest()[:12]
    return f"products/fetched/{product.pk.hex[:2]}/{product.pk.hex}-{digest}-{side}.webp"


def test_a_picture_is_kept_in_two_sizes_and_shown(server, media, client):
    product = ProductFactory(image_url=server.serve("/a.png", picture_bytes()))

    result = run()

    product.refresh_from_db()
    assert (result.wanted, result.fetched, result.found, result.failures) == (1, 1, 0, [])
    assert files(media) == sorted([name_of(product), name_of(product, 300)])
    assert product.picture_url == f"/media/{name_of(product)}"
    assert product.picture_sizes == f"/media/{name_of(product, 300)} 300w, /media/{name_of(product)} 600w"
    assert f'srcset="{product.picture_sizes}"' in client.get(product.get_absolute_url()).content.decode()
    with Image.open(media / name_of(product, 300)) as small:
        assert small.size == (300, 150)


def test_what_is_there_is_not_asked_for_again(server):
    ProductFactory(image_url=server.serve("/a.png", picture_bytes()))
    run()

    assert run().wanted == 0
    assert server.asked == ["/a.png"]


def test_files_of_a_run_that_was_stopped_are_taken_over(server):
    product = ProductFactory(image_url=server.serve("/a.png", picture_bytes()))
    run()
    Product.objects.update(image="")

    result = run()

    product.refresh_from_db()
    assert (result.fetched, result.found) == (0, 1)
    assert product.image.name == name_of(product)
    assert server.asked == ["/a.png"]


def test_a_failure_is_listed_and_leaves_nothing_behind(server, media):
    good = ProductFactory(image_url=server.serve("/a.png", picture_bytes()))
    missing = ProductFactory(image_url=server.address + "/gone.png")
    broken = ProductFactory(image_url=server.serve("/b.png", picture_bytes()[:300]))

    result = run()

    reasons = {failure.product_id: failure.reason for failure in result.failures}
    assert (result.wanted, result.fetched) == (3, 1)
    assert set(reasons) == {str(missing.pk), str(broken.pk)}
    assert reasons[str(missing.pk)] == "the server answered 404 Not Found"
    assert files(media) == sorted([name_of(good), name_of(good, 300)])
    assert set(Product.objects.filter(image="").values_list("pk", flat=True)) == {missing.pk, broken.pk}


def test_a_new_address_replaces_the_fetched_picture(server, media):
    product = ProductFactory(image_url=server.serve("/a.png", picture_bytes()))
    run()
    product.refresh_from_db()
    product.image_url = server.serve("/b.png", picture_bytes("blue"))
    product.save()

    assert run().fetched == 1

    product.refresh_from_db()
    assert product.image.name == name_of(product)
    assert files(media) == sorted([name_of(product), name_of(product, 300)])


def test_an_uploaded_picture_stays(server):
    ProductFactory(image_url=server.serve("/a.png", picture_bytes()), image="products/mine.png")

    assert run().wanted == 0


def test_a_picture_uploaded_meanwhile_stays(server):
    product = ProductFactory(image_url=server.serve("/a.png", picture_bytes()))
    wanted = missing_pictures()
    Product.objects.update(image="products/mine.png")

    fetch_pictures(wanted, at_once=1, on_progress=lambda done, failed: None)

    product.refresh_from_db()
    assert product.image.name == "products/mine.png"


def test_the_most_popular_products_come_first(server):
    for stars in (5, 15, 10):
        address = server.serve(f"/{stars}.png", picture_bytes())
        ProductFactory(image_url=address, rating_sum=stars, rating_count=3)

    run(limit=2, at_once=1)

    assert server.asked == ["/15.png", "/10.png"]


def test_listeners_hear_which_products_changed(server, shop_events, django_capture_on_commit_callbacks):
    product = ProductFactory(image_url=server.serve("/a.png", picture_bytes()))
    ProductFactory(image_url=server.address + "/gone.png")

    with django_capture_on_commit_callbacks(execute=True):
        run()

    assert [(event["event"], event["product_ids"]) for event in shop_events] == [("catalogue_changed", [product.pk])]


def test_progress_counts_what_is_done_and_what_failed(server):
    for number in range(5):
        ProductFactory(image_url=server.serve(f"/{number}.png", picture_bytes(), status=200 if number else 500))
    steps: list[tuple[int, int]] = []

    fetch_pictures(missing_pictures(), at_once=1, on_progress=lambda *step: steps.append(step))

    assert steps[-1] == (5, 1)


def test_stopping_keeps_what_was_fetched(server, media):
    for number in range(6):
        ProductFactory(image_url=server.serve(f"/{number}.png", picture_bytes()))

    def stop(done: int, failed: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_pictures(missing_pictures(), at_once=1, on_progress=stop)

    assert Product.objects.exclude(image="").count() >= 1
    assert [name for name in files(media) if name.endswith(".partial")] == []
    assert run().wanted <= 5


def test_an_uploaded_picture_is_kept_in_the_same_sizes_under_a_name_of_its_own(media):
    first, second = (uploaded(picture_bytes(colour)) for colour in ("red", "blue"))

    names = [store_uploaded(upload) for upload in (first, second, first)]

    assert names[0] == names[2] != names[1]
    assert all(name.startswith("products/uploaded/") for name in names)
    assert files(media) == sorted({*names, *(small_name(name) for name in names)})
    with Image.open(media / small_name(names[0])) as small, Image.open(media / names[0]) as large:
        assert (small.format, small.size, large.format, large.size) == ("WEBP", (300, 150), "WEBP", (600, 300))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no picture", "no picture that can be read"),
        (picture_bytes()[:-40], "no picture that can be read"),
        (picture_bytes(size=(15, 400)), "15 x 400"),
        (picture_bomb(10_000, 5_001), "10000 x 5001"),
        (picture_bytes(kind="BMP"), "no picture that can be read"),
        (b"x" * (10 * 1024 * 1024 + 1), "more than 10,485,760"),
    ],
    ids=["text", "half", "narrow", "bomb", "another format", "large file"],
)
def test_what_is_uploaded_is_bounded_as_what_is_fetched_and_nothing_is_stored_of_it(media, content, reason):
    with pytest.raises(PictureError, match=reason):
        store_uploaded(uploaded(content))

    assert files(media) == []


def uploaded(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("lamp.png", content, "image/png")
