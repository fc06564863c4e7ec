"""`fields=`: only what a client needs."""

import pytest

from tests.shop.api.answers import one_error

pytestmark = pytest.mark.django_db


def test_only_the_fields_asked_for(api, product):
    listed = api.get("/api/v1/products/", {"fields": "id, price"}).json()["results"]
    single = api.get(f"/api/v1/products/{product.pk}/", {"fields": "stock"}).json()

    assert listed == [{"id": str(product.pk), "price": "20.00"}]
    assert single == {"stock": 10}


def test_all_when_none_is_named(api, product):
    assert len(api.get(f"/api/v1/products/{product.pk}/", {"fields": " ,"}).json()) > 15


@pytest.mark.parametrize("path", ["/api/v1/products/", "/api/v1/products/{}/"])
def test_a_field_there_is_not(api, product, path):
    answer = api.get(path.format(product.pk), {"fields": "id,rating_sum"})

    assert one_error(answer, 400) == ("validation_error", "invalid_choice", "fields")
