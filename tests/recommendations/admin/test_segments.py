"""The pages of segments."""

import json
import re

import pytest
from django.urls import reverse

from recommendations.versions.models import Segment, Segmentation, SegmentKind
from shop.catalogue.models import Category, Product
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db
LIST = "admin:recommendations_segmentation_changelist"


def make(product: Product, *, version="20260101-000000-0000", kind=SegmentKind.SHOPPERS, segments=2) -> Segmentation:
    for number in range(1, segments + 1):
        Segment.objects.create(
            model_version=version,
            kind=kind,
            number=number,
            name=f"Segment of {number} lamps",
            size=30 if number == 1 else 10,
            top_categories=[[product.category.pk.hex, product.category.name, 0.75]],
            top_products=[[product.pk.hex, 0.5]],
            top_terms=["brass", "desk"],
        )
    return Segmentation.objects.create(
        model_version=version,
        kind=kind,
        segment_count=segments,
        member_count=40 if segments else 0,
        silhouettes={"2": 0.5, "3": 0.25} if segments else {},
        map_points=[[1, 0.5, 0.5], [2, -0.5, 0.25]] if segments else [],
        map_variance=0.9,
    )


def page(client, row: Segmentation) -> str:
    return client.get(reverse("admin:recommendations_segmentation_change", args=[row.pk])).content.decode()


def test_the_page_shows_each_segment_with_links(staff_client, product):
    html = page(staff_client, make(product))

    assert "Segment of 1 lamps" in html
    assert "Segment of 2 lamps" in html
    assert "(75%)" in html
    assert "brass, desk" in html
    assert reverse("admin:shop_product_change", args=[product.pk.hex]) in html
    assert reverse("admin:shop_category_change", args=[product.category.pk.hex]) in html
    assert "Shoppers of version 20260101-000000-0000" in html


def test_the_map_is_data_for_a_script_of_our_own(staff_client, product):
    html = page(staff_client, make(product))

    found = re.search(r'<script id="chart-map" type="application/json">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    series = json.loads(found[1])["series"]
    assert [(one["number"], one["points"]) for one in series] == [(1, [[0.5, 0.5]]), (2, [[-0.5, 0.25]])]
    assert "js/admin_charts.js" in html
    assert re.search(r'<canvas data-chart="chart-map" role="img" aria-label="Map. 2 of 40 shoppers', html)
    assert 'data-chart="chart-silhouette"' in html


def test_products_and_categories_deleted_since_are_not_linked(staff_client, product):
    row = make(product)
    links = [
        reverse("admin:shop_product_change", args=[product.pk.hex]),
        reverse("admin:shop_category_change", args=[product.category.pk.hex]),
    ]
    name = product.category.name
    product.delete()
    Category.objects.all().delete()

    html = page(staff_client, row)

    assert "none is left in the shop" in html
    assert name in html
    assert [link for link in links if link in html] == []


def test_a_version_without_segments_says_why(staff_client, product):
    html = page(staff_client, make(product, segments=0))

    assert "This version has no segments of shoppers: there was too little behaviour to learn from." in html
    assert "<canvas" not in html


def test_an_empty_list_says_what_makes_segments(staff_client, product):
    assert "manage.py train_recommender" in staff_client.get(reverse(LIST)).content.decode()
    make(product)

    html = staff_client.get(reverse(LIST)).content.decode()
    assert "manage.py train_recommender" not in html
    assert "0.500" in html


def test_list_and_page_take_the_same_number_of_queries_however_many(
    staff_client, product, django_assert_max_num_queries
):
    row = make(product)
    make(product, kind=SegmentKind.PRODUCTS, segments=12)
    for number in range(10):
        other = ProductFactory(category=CategoryFactory())
        make(other, version=f"20260102-00000{number}-0000", segments=5)

    with django_assert_max_num_queries(8):
        staff_client.get(reverse(LIST))
    with django_assert_max_num_queries(9):
        page(staff_client, row)
    with django_assert_max_num_queries(9):
        page(staff_client, Segmentation.objects.get(kind=SegmentKind.PRODUCTS))


def test_a_page_that_is_gone_leads_back(staff_client):
    response = staff_client.get(
        reverse("admin:recommendations_segmentation_change", args=["00000000-0000-0000-0000-000000000001"])
    )

    assert response.status_code == 302


def test_staff_without_the_permission_see_nothing(client, staff, product):
    row = make(product)
    staff.is_superuser = False
    staff.save()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(reverse("admin:recommendations_segmentation_change", args=[row.pk])).status_code == 403
