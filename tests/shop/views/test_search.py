"""Search: what is found, what is echoed, what is told to the listeners."""

import pytest

from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamps(category):
    return ProductFactory.create_batch(3, category=category, title="Brass lamp", brand="Halden")


def test_finds_and_counts(client, lamps):
    ProductFactory.create(title="Chair")

    response = client.get("/search/", {"q": "lamp"})

    page = response.content.decode()
    assert set(response.context["listing"].page) == set(lamps)
    assert "3 results for “lamp”" in page
    assert page.count(f'href="{lamps[0].get_absolute_url()}?q=lamp"') == 1


def test_search_is_told_once_with_its_words(visitor_client, visitor, lamps, events):
    with events() as said:
        visitor_client.get("/search/", {"q": "  brass lamp "})

    assert said == [("search_performed", {"shopper_id": visitor.id, "query": "brass lamp"})]


@pytest.mark.parametrize(
    "query",
    [{"q": "lamp", "page": "2"}, {"q": "lamp", "brand": "Halden"}, {"q": "lamp", "sort": "price"}, {"q": " "}, {}],
)
def test_paging_and_filters_are_no_new_search(visitor_client, lamps, events, query):
    with events() as said:
        assert visitor_client.get("/search/", query).status_code == 200

    assert said == []


def test_fetching_ahead_is_no_search(visitor_client, lamps, events):
    with events() as said:
        visitor_client.get("/search/", {"q": "lamp"}, headers={"Sec-Purpose": "prefetch;prerender"})

    assert said == []


def test_nothing_found_shows_what_is_popular(client, lamps):
    response = client.get("/search/", {"q": "zeppelin"})

    page = response.content.decode()
    assert "Nothing found for “zeppelin”" in page
    assert set(response.context["popular"]) == set(lamps)
    assert "?q=zeppelin" not in page


def test_empty_query(client, lamps):
    response = client.get("/search/")

    assert response.status_code == 200
    assert "What are you looking for?" in response.content.decode()
    assert list(response.context["listing"].page) == []


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' OR 1=1 --",
        '" AND NEAR(',
        "lamp*",
        "a\x00b",
        "x" * 10_000,
        "日本語 ﷽ 🪔",
        "{{ 7|add:7 }}",
    ],
)
def test_any_words_are_safe(client, lamps, words):
    response = client.get("/search/", {"q": words})

    page = response.content.decode()
    assert response.status_code == 200
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert len(response.context["query"]) <= 200


@pytest.mark.parametrize("size", [1, 30])
def test_constant_number_of_queries(user_client, category, reads_of, size):
    ProductFactory.create_batch(size, category=category, title="Lamp", brand="A")

    assert reads_of(user_client, "/search/?q=lamp") == 7
    assert reads_of(user_client, "/search/?q=zeppelin") == 9
    assert reads_of(user_client, "/search/?q=lmap") <= 15  # the search, the spelling, and the search that was meant


def test_words_that_find_nothing_are_corrected_and_the_results_shown(client, lamps):
    response = client.get("/search/", {"q": "brass lmap"})

    page = response.content.decode()
    assert set(response.context["listing"].page) == set(lamps)
    assert "No results for “brass lmap”" in page
    assert 'href="/search/?q=brass%20lamp"' in page
    assert "3 results for “brass lamp”" in page
    assert f'href="{lamps[0].get_absolute_url()}?q=brass%20lamp"' in page
    assert "popular" not in response.context


def test_a_correction_keeps_filters_and_pages(client, category):
    ProductFactory.create_batch(30, category=category, title="Lamp", brand="Halden")

    second = client.get("/search/", {"q": "lmap", "page": "2", "brand": "Halden"})

    assert len(second.context["listing"].page) == 6


def test_what_was_typed_is_told_to_the_listeners(visitor_client, visitor, lamps, events):
    with events() as said:
        visitor_client.get("/search/", {"q": "lmap"})

    assert said == [("search_performed", {"shopper_id": visitor.id, "query": "lmap"})]


def test_suggestions_while_typing(client, lamps, events):
    with events() as said:
        response = client.get("/search/suggest/", {"q": "bra"})

    page = response.content.decode()
    assert page.count('role="option"') == 3
    assert f'href="{lamps[0].get_absolute_url()}?q=bra"' in page
    assert said == []
    assert response.cookies.get("kindred_visitor") is None


@pytest.mark.parametrize("typed", ["", "b", "zeppelin", "a\x00b"])
def test_nothing_to_suggest_is_an_empty_answer(client, lamps, typed):
    assert "role=" not in client.get("/search/suggest/", {"q": typed}).content.decode()


def test_a_suggestion_corrects(client, lamps):
    page = client.get("/search/suggest/", {"q": "lmap"}).content.decode()

    assert "Did you mean <strong>lamp</strong>?" in page
    assert f'href="{lamps[0].get_absolute_url()}?q=lamp"' in page


def test_suggestions_escape_what_is_typed(client, category):
    ProductFactory(category=category, title="<script>lamp</script>")

    assert "<script>lamp" not in client.get("/search/suggest/", {"q": "<script>lamp"}).content.decode()
