"""docs/mobile_client in a real Chromium, from an origin of its own: what it can do, and what it does when it cannot."""

import json
import re
import shutil
import threading
import urllib.request
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect, sync_playwright

from recommendations.behaviour.services import notifications
from recommendations.serving import handle
from tests.factories import PASSWORD, ProductFactory
from tests.faults.waiting import eventually
from tests.programs import require_program
from tests.recommendations.publishing import publish

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "docs" / "mobile_client"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SHOP, PHONE = "http://localhost:8000", {"width": 390, "height": 844}
# Chromium would call itself headless, and what robots do is not recorded.
AGENT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
PATIENCE = 120_000  # milliseconds, far more than anything takes
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

expect.set_options(timeout=PATIENCE)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases="__all__"),
]


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and does not talk about it."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def origin(live_server, tmp_path) -> Iterator[str]:
    """The client on a static server, its shop being the live server of the test."""
    folder = shutil.copytree(CLIENT, tmp_path / "client")
    start_page = folder / "index.html"
    start_page.write_text(start_page.read_text().replace(SHOP, live_server.url))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def products(settings, tmp_path, monkeypatch, origin) -> list[Any]:
    """A trained shop that lets the client's origin in."""
    settings.MODEL_DIR = tmp_path / "models"
    settings.CORS_ALLOWED_ORIGINS = [origin]
    monkeypatch.setattr(handle, "_handle", handle.ServingHandle())
    monkeypatch.setattr(notifications, "_broker", notifications.BrokerState())
    products = ProductFactory.create_batch(8)
    publish(products)
    return products


@pytest.fixture
def page(products) -> Iterator[Page]:
    """A phone. It is closed before the database is emptied, which Django forbids while a browser's loop runs."""
    program = require_program("chromium", package="chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = browser.new_page(viewport=PHONE, user_agent=AGENT)  # type: ignore[arg-type]  # two numbers
        page.set_default_timeout(PATIENCE)
        yield page
        browser.close()


@pytest.fixture
def complaints(page) -> list[str]:
    """What the browser complained of: broken scripts, and what the content security policy stopped."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    return found


def stored(page: Page, name: str) -> Any:
    return json.loads(page.evaluate("name => localStorage.getItem(name)", name) or "null")


def ask(page: Page, shop: str, method: str, path: str, body: Any = None) -> Any:
    """Ask the shop as another device of the same shopper would."""
    headers = {"X-Session-Token": stored(page, "session")["token"], "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(
        urllib.request.Request(f"{shop}/api/v1/{path}", data, headers, method=method)
    ) as answer:
        return json.load(answer)


def open_first(page: Page) -> str:
    """Open the first recommended product; return its title."""
    first = page.locator("main .card a").first
    title = first.locator(".title").inner_text()
    first.click()
    expect(page.locator("h1")).to_have_text(title)
    return title


def sign_up(page: Page, origin: str) -> None:
    page.goto(f"{origin}/#/account")
    page.get_by_label("Email address").fill("phone@kindred.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create an account").click()
    expect(page.get_by_role("link", name="Account")).to_be_visible()


def no_barriers(page: Page) -> None:
    """Fail on what axe finds in the page as it is."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "async () => (await axe.run()).violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html)}`)"
    )
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_from_looking_around_to_an_order(page, origin, live_server, complaints):
    answers: list[tuple[str, int]] = []
    page.on("response", lambda answer: answers.append((answer.request.method, answer.status)))
    page.goto(origin)
    expect(page.locator("main .card .title")).to_have_count(8)
    expect(page.locator("main .card .quiet").first).not_to_be_empty()
    no_barriers(page)

    title = open_first(page)
    expect(page.locator("#similar")).to_be_visible()
    expect(page.locator("main .card .title").first).to_be_visible()
    no_barriers(page)
    for count in ("1", "2"):
        page.get_by_role("button", name="Add to cart").click()
        expect(page.locator("#cart-count")).to_have_text(count)
    page.go_back()
    page.go_forward()
    expect(page.locator("h1")).to_have_text(title)
    assert ("GET", 304) in answers
    assert [status for method, status in answers if method == "PUT"] == [200]

    sign_up(page, origin)
    expect(page.locator("#cart-count")).to_have_text("2")
    page.goto(f"{origin}/#/checkout")
    page.get_by_role("button", name="Place the order").click()
    expect(page.locator("#wrong-city")).not_to_be_empty()
    for name in ("Full name", "Street and number", "Postal code", "City", "Country"):
        page.get_by_label(name).fill("Testville 1")
    no_barriers(page)
    complaints[:] = [text for text in complaints if "400" not in text]
    page.route("**/api/v1/checkout/", lose_the_answer, times=1)
    page.get_by_role("button", name="Place the order").click()
    expect(page.locator("#notice")).to_contain_text("cannot be reached")
    page.get_by_role("button", name="Place the order").click()
    expect(page.locator("h1")).to_have_text("Thank you")

    orders = ask(page, live_server.url, "GET", "orders/")["results"]
    assert [[line["title"], line["quantity"]] for order in orders for line in order["lines"]] == [[title, 2]]
    assert [text for text in complaints if "ERR_FAILED" not in text] == []


def lose_the_answer(route: Route) -> None:
    """Let the request through and then lose what comes back, as a tunnel does."""
    route.fetch()
    route.abort()


def test_an_event_waits_for_the_network_and_is_sent_once(page, origin):
    page.goto(origin)
    title = open_first(page)
    eventually(lambda: stored(page, "events") == [])
    page.goto(f"{origin}/#/")
    expect(page.locator("main .card .title")).to_have_count(8)

    page.context.set_offline(True)
    page.locator("main .card a", has_text=title).click()
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("#offline")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    [waiting] = stored(page, "events")
    with page.expect_response("**/api/v1/events/") as sent:
        page.context.set_offline(False)
    eventually(lambda: stored(page, "events") == [])

    assert (sent.value.status, sent.value.json()["stored"]) == (202, 1)
    [event] = sent.value.request.post_data_json["events"]
    assert event == waiting["event"]
    assert {"id", "kind", "product", "occurred_at", "recomm_id"} == set(event)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("main .card .title").first).to_be_visible()
    expect(page.locator("#offline")).to_be_hidden()


def test_not_interested_can_be_taken_back_until_it_is_sent(page, origin):
    page.goto(origin)
    cards = page.locator("main .card .title")
    expect(cards).to_have_count(8)
    title = cards.first.inner_text()

    page.get_by_role("button", name=f"Not interested in {title}").click()
    expect(cards).to_have_count(7)
    page.get_by_role("button", name="Undo").click()
    expect(cards.first).to_have_text(title)
    assert stored(page, "events") == []

    page.get_by_role("button", name=f"Not interested in {title}").click()
    with page.expect_response("**/api/v1/events/") as sent:
        page.evaluate("dispatchEvent(new Event('pagehide'))")
    assert sent.value.status == 202
    page.reload()
    expect(cards).to_have_count(7)
    expect(page.get_by_text(title, exact=True)).to_have_count(0)


def test_a_cart_that_another_device_changed(page, origin, live_server, products):
    sign_up(page, origin)
    for product in products[:2]:
        ask(page, live_server.url, "POST", "cart/items/", {"product_id": str(product.pk)})
    page.goto(f"{origin}/#/cart")
    more = page.get_by_role("button", name=f"One more of {products[0].title}")
    more.click()
    expect(page.locator("#cart-count")).to_have_text("3")
    no_barriers(page)

    ask(page, live_server.url, "POST", "cart/items/", {"product_id": str(products[1].pk)})
    more.click()

    expect(page.locator("#notice")).to_contain_text("changed elsewhere")
    expect(page.locator("#cart-count")).to_have_text("4")
    more.click()
    expect(page.locator("#cart-count")).to_have_text("5")


def test_a_day_old_token_is_exchanged_and_signing_out_ends_it(page, origin, live_server):
    sign_up(page, origin)
    first = stored(page, "session")
    page.evaluate("since => localStorage.setItem('session', since)", json.dumps(first | {"since": 0}))
    page.reload()
    eventually(lambda: stored(page, "session")["since"] > 0)
    assert stored(page, "session")["token"] != first["token"]

    page.get_by_role("link", name="Account").click()
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert stored(page, "session") is None


def test_a_wrong_password_and_a_page_there_is_not(page, origin):
    page.goto(f"{origin}/#/account")
    page.get_by_label("Email address").fill("nobody@kindred.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("password")

    page.goto(f"{origin}/#/product/00000000-0000-0000-0000-000000000001")
    expect(page.get_by_role("alert")).to_be_visible()
    page.goto(f"{origin}/#/cart")
    expect(page.get_by_text("Your cart is empty")).to_be_visible()


def test_a_shop_that_does_not_name_the_origin_is_out_of_reach(page, origin, settings):
    settings.CORS_ALLOWED_ORIGINS = []

    page.goto(origin)

    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")


def test_dark_and_wide(page, origin):
    page.emulate_media(color_scheme="dark")
    page.goto(origin)
    expect(page.locator("main .card .title")).to_have_count(8)
    no_barriers(page)

    page.set_viewport_size({"width": 1280, "height": 900})
    no_barriers(page)


def test_nothing_in_it_is_inline_or_from_elsewhere():
    text = (CLIENT / "index.html").read_text()
    policy = str(re.search(r'content="(default-src[^"]*)"', text))

    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text) == []
    assert "unsafe" not in policy
    assert all("innerHTML" not in path.read_text() for path in CLIENT.glob("*.js"))
