"""The command's own options and words."""

import json
import socket
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from shop.catalogue.models import Product
from shop.catalogue.pictures import services as product_pictures
from tests.factories import ProductFactory
from tests.shop.picture_server import PictureServer, picture_bytes, running_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings, tmp_path) -> Iterator[PictureServer]:
    settings.FETCH_FROM_LOOPBACK = True
    settings.MEDIA_ROOT = tmp_path
    with running_server() as running:
        yield running


def run(*options: str) -> str:
    out = StringIO()
    call_command("fetch_product_images", *options, stdout=out, no_color=True)
    return out.getvalue()


def test_the_summary_lists_every_failure(server):
    ProductFactory(image_url=server.serve("/a.png", picture_bytes()))
    ProductFactory(image_url=server.address + "/gone.png")

    lines = run().splitlines()

    assert lines[0].startswith("            1  pictures fetched in ")
    assert lines[1:] == [
        "            0  were in the storage already",
        "            1  could not be had; their products show the address as before",
        f"  {server.address}/gone.png: the server answered 404 Not Found",
        "Run the same command again to try those once more.",
    ]


def test_as_json(server):
    product = ProductFactory(image_url=server.address + "/gone.png")
    ProductFactory(image_url=server.serve("/a.png", picture_bytes()))

    report = json.loads(run("--json", "--at-once", "1"))

    assert (report["wanted"], report["fetched"], report["found"]) == (2, 1, 0)
    assert report["failures"] == [
        {
            "product_id": str(product.pk),
            "address": product.image_url,
            "reason": "the server answered 404 Not Found",
            "is_away": False,
        }
    ]


def test_a_limit(server):
    for number in range(3):
        ProductFactory(image_url=server.serve(f"/{number}.png", picture_bytes()))

    run("--limit", "2")

    assert Product.objects.exclude(image="").count() == 2


def test_with_nothing_to_do():
    assert run() == "Every product that came with the address of a picture has it.\n"


@pytest.mark.usefixtures("server")
def test_when_no_server_is_reached_the_command_fails():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    ProductFactory(image_url=f"http://127.0.0.1:{port}/a.png")

    with pytest.raises(CommandError, match="No server was reached: is this machine connected"):
        run()


def test_pictures_that_are_gone_for_good_do_not_fail_the_command(server):
    ProductFactory(image_url=server.address + "/gone.png")

    assert "404 Not Found" in run()


def test_long_lists_of_failures_are_cut(server, monkeypatch):
    monkeypatch.setattr("shop.management.commands.fetch_product_images.FAILURES_SHOWN", 1)
    ProductFactory(image_url=server.serve("/a.png", picture_bytes()))
    for number in range(3):
        ProductFactory(image_url=f"{server.address}/gone{number}.png")

    assert "  and 2 more, which --json lists" in run().splitlines()


@pytest.mark.parametrize("options", [("--limit", "0"), ("--at-once", "65"), ("--at-once", "many")])
def test_impossible_numbers_are_refused(options):
    with pytest.raises(CommandError, match="is not a whole number from 1 to"):
        run(*options)


def test_a_full_disk_is_one_line(server, monkeypatch):
    ProductFactory(image_url=server.serve("/a.png", picture_bytes()))

    def refuse(*args: object) -> None:
        raise OSError(28, "No space left on device", "/media/a.webp")

    monkeypatch.setattr(product_pictures, "write_whole", refuse)
    with pytest.raises(CommandError, match=r"/media/a.webp cannot be written \(No space left on device\)"):
        run()


def test_stopping_by_hand_says_how_to_go_on(server, monkeypatch):
    ProductFactory(image_url=server.serve("/a.png", picture_bytes()))

    def stop(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(product_pictures, "write_whole", stop)
    with pytest.raises(CommandError, match="run the same command again to go on") as caught:
        run()
    assert caught.value.returncode == 130
