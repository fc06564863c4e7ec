import gzip
import socket
from collections.abc import Iterator

import pytest

from shop.catalogue.pictures import download as picture_download
from shop.catalogue.pictures.download import PictureError, download, new_session
from tests.shop.picture_server import PictureServer, picture_bytes, running_server

PICTURE = picture_bytes()


@pytest.fixture
def server(settings) -> Iterator[PictureServer]:
    settings.FETCH_FROM_LOOPBACK = True
    with running_server() as running:
        yield running


def fetch(address: str) -> bytes:
    with new_session() as session:
        return download(session, address)


def refusal(address: str) -> str:
    with pytest.raises(PictureError) as caught:
        fetch(address)
    return str(caught.value)


def test_a_picture_arrives_whole(server):
    assert fetch(server.serve("/a.png", PICTURE)) == PICTURE


def test_a_redirect_is_followed(server):
    server.serve("/a.png", PICTURE)

    assert fetch(server.serve("/old.png", status=302, Location="/a.png")) == PICTURE


def test_redirects_end_somewhere(server):
    address = server.serve("/round.png", status=302, Location="/round.png")

    assert refusal(address) == "more than 3 redirects"
    assert len(server.asked) == 4


def test_this_machine_is_out_of_reach(server, settings):
    settings.FETCH_FROM_LOOPBACK = False

    assert refusal(server.serve("/a.png", PICTURE)) == "the address leads into a private network"
    assert refusal(server.address.replace("127.0.0.1", "localhost") + "/a.png") == (
        "the address leads into a private network"
    )
    assert server.asked == []


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "192.168.1.1", "169.254.169.254", "[fd00::1]", "0.0.0.1", "[::ffff:10.0.0.1]"]
)
def test_private_networks_are_out_of_reach(host):
    assert refusal(f"http://{host}/a.png") == "the address leads into a private network"


def test_a_redirect_into_a_private_network_is_refused(server):
    address = server.serve("/a.png", status=302, Location="http://169.254.169.254/latest/meta-data")

    assert refusal(address) == "the address leads into a private network"


def test_the_proxies_of_the_environment_are_not_used(server, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert fetch(server.serve("/a.png", PICTURE)) == PICTURE


@pytest.mark.parametrize("address", ["ftp://example.com/a.png", "file:///etc/passwd", "a.png", ""])
def test_only_web_addresses_are_asked(address):
    assert refusal(address) == "the address does not start with http:// or https://"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": 404}, "the server answered 404 Not Found"),
        ({"Content_Type": "text/html; charset=utf-8"}, "the server sent text/html, not a picture"),
        ({"Content_Type": ""}, "the server sent something without a type, not a picture"),
        ({"Content_Length": "10485761"}, "the file has 10,485,761 bytes, more than 10,485,760"),
    ],
    ids=["missing", "page", "no type", "large"],
)
def test_what_is_no_picture_is_refused(server, answer, words):
    assert refusal(server.serve("/a.png", PICTURE, **answer)) == words


def test_a_packed_answer_is_not_unpacked(server):
    address = server.serve("/a.png", gzip.compress(PICTURE), Content_Encoding="gzip")

    assert refusal(address) == "the picture is packed as gzip"


def test_a_file_that_hides_its_length_is_cut_off(server, monkeypatch):
    monkeypatch.setattr(picture_download, "LARGEST_DOWNLOAD", len(PICTURE) - 1)
    address = server.serve("/a.png", PICTURE, Content_Length="")

    assert refusal(address) == f"the file has more than {len(PICTURE) - 1:,} bytes"


def test_a_download_that_breaks_off_is_refused(server):
    address = server.serve("/a.png", PICTURE[:100], Content_Length=str(len(PICTURE)))

    assert refusal(address).startswith("the download broke off: ")


def test_a_download_that_never_ends_is_given_up(server, monkeypatch):
    monkeypatch.setattr(picture_download, "WHOLE_SECONDS", -1)

    assert refusal(server.serve("/a.png", PICTURE)) == "the download took more than -1 seconds"


def test_a_server_that_is_not_there(server):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    assert refusal(f"http://127.0.0.1:{port}/a.png").startswith("no answer: ")
