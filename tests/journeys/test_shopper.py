"""A shopper's way through a whole running shop: in a browser, and through the API alone."""

import json
import re
import time
import urllib.request
import uuid
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError

import pytest
from playwright.sync_api import Browser, Page, expect

# Far more than anything takes: what is waited for either happens or never does.
SECONDS_TO_CHANGE = 120
PASSWORD = "a-long-enough-secret"
WANTED = "lamp"

expect.set_options(timeout=1_000 * SECONDS_TO_CHANGE)


def wait_for(what: str, happened: Callable[[], bool]) -> None:
    """Ask again until it happened; fail with its name when it does not in time."""
    deadline = time.monotonic() + SECONDS_TO_CHANGE
    while not happened():
        assert time.monotonic() < deadline, f"not within {SECONDS_TO_CHANGE} s: {what}"


def rail_titles(page: Page, address: str) -> list[str]:
    page.goto(address)
    return page.locator("section[aria-labelledby='rail-home-for_you'] .product-card__title").all_inner_texts()


@pytest.mark.browser
def test_browser_from_sign_up_to_changed_recommendations(shop_address: str, browser: Browser) -> None:
    # Its own name, HeadlessChrome, is that of a robot, whose views are not recorded.
    context = browser.new_context(viewport={"width": 1280, "height": 900}, user_agent="Mozilla/5.0 (a shopper)")
    page = context.new_page()
    page.set_default_timeout(1_000 * SECONDS_TO_CHANGE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)

    page.goto(f"{shop_address}/account/signup/")
    page.get_by_label("Name (optional)").fill("Journey Shopper")
    page.get_by_label("Email", exact=False).first.fill("journey@kindred.example")
    page.locator("#id_password1").fill(PASSWORD)
    page.locator("#id_password2").fill(PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("button", name="Your account")).to_be_visible()
    before = rail_titles(page, shop_address)
    assert len(before) >= 6

    page.get_by_label("Search the shop").first.fill(WANTED)
    page.keyboard.press("Enter")
    found = page.locator("main .product-card__link")
    expect(found.first).to_be_visible()
    links = [str(link.get_attribute("href")) for link in found.all()[:4]]
    assert all(f"q={WANTED}" in link for link in links)
    for link in links:
        page.goto(shop_address + link)
        expect(page.locator("h1")).to_be_visible()
    title = page.locator("h1").inner_text()

    page.locator("#buy-form").get_by_role("button", name="Add to cart").click()
    expect(page.locator(".cart-link")).to_contain_text("1")
    page.goto(f"{shop_address}/cart/")
    expect(page.locator("main")).to_contain_text(title)
    page.goto(f"{shop_address}/checkout/")
    for label, value in {
        "Full name": "Journey Shopper",
        "Email address": "journey@kindred.example",
        "Street and number": "1 Test Street",
        "Postal code": "10115",
        "City": "Testville",
        "Country": "Testland",
    }.items():
        page.get_by_label(label).first.fill(value)
    page.get_by_role("button", name=re.compile("Place", re.IGNORECASE)).click()
    expect(page.locator("h1")).to_contain_text("Thank you, Journey Shopper")

    wait_for("a changed home rail", lambda: rail_titles(page, shop_address) != before)
    after = rail_titles(page, shop_address)
    assert title not in after, "a bought product must not be recommended"
    assert any("lamp" in name.lower() or "light" in name.lower() for name in after)
    assert errors == []


class ApiShopper:
    """A mobile client: JSON over HTTP, one session token, nothing else."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.headers = {"Content-Type": "application/json", "Accept": "application/json"}

    def call(self, method: str, path: str, body: object = None, *, expect: int = 200) -> Any:
        """Return the decoded answer; the status must be the expected one."""
        request = urllib.request.Request(
            self.address + path,
            data=None if body is None else json.dumps(body).encode(),
            headers=self.headers,
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS_TO_CHANGE) as response:
                status, text = response.status, response.read()
        except HTTPError as error:
            status, text = error.code, error.read()
        assert status == expect, f"{method} {path}: {status} {text[:500]!r}"
        return json.loads(text) if text else None

    def sign_up(self, email: str) -> None:
        answer = self.call("POST", "/_allauth/app/v1/auth/signup", {"email": email, "password": PASSWORD})
        self.headers["X-Session-Token"] = answer["meta"]["session_token"]

    def recommended(self) -> list[str]:
        answer = self.call("GET", "/api/v1/recommendations/?intent=for_you&slot=home&limit=12")
        return [item["product"]["id"] for item in answer["items"]]


def test_api_from_sign_up_to_changed_recommendations(shop_address: str) -> None:
    shopper = ApiShopper(shop_address)
    shopper.sign_up("mobile@kindred.example")
    before = shopper.recommended()
    assert len(before) == 12

    found = shopper.call("GET", f"/api/v1/products/?q={WANTED}&in_stock=true")["results"]
    assert len(found) >= 4
    events = [
        {"id": str(uuid.uuid4()), "kind": "search_click", "product": product["id"], "query": WANTED}
        for product in found[:4]
    ]
    stored = shopper.call("POST", "/api/v1/events/", {"events": events}, expect=202)
    again = shopper.call("POST", "/api/v1/events/", {"events": events}, expect=202)
    assert (stored["stored"], again["stored"], again["duplicates"]) == (4, 0, 4)
    wait_for("changed recommendations", lambda: shopper.recommended() != before)

    bought = found[0]["id"]
    shopper.call("POST", "/api/v1/cart/items/", {"product_id": bought, "quantity": 1}, expect=201)
    address = {
        "full_name": "Mobile Shopper", "email": "mobile@kindred.example", "street": "1 Test Street",
        "postal_code": "10115", "city": "Testville", "country": "Testland",
    }  # fmt: skip
    order = {"checkout_key": str(uuid.uuid4()), **address}
    first = shopper.call("POST", "/api/v1/checkout/", order, expect=201)
    assert [line["product_id"] for line in first["lines"]] == [bought]
    wait_for("the bought product's leave", lambda: bought not in shopper.recommended())
