"""One small made-up sample of every format, in its own notation, with what a reader must make of it.

A new format needs an entry here: the contract test asks for it.
"""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """Texts of a file with products and one with interactions (the same where one file holds both).

    products, interactions: the ids, and the (user, item, stars, time) that a reader must find, in order.
    broken: a row that the reader must refuse when it is appended to either file.
    """

    products_text: str
    interactions_text: str
    products: tuple[str, ...]
    interactions: tuple[tuple[str, str, float, float | None], ...]
    broken: str


SALES_COLUMNS = (
    *("product_id", "product_name", "category", "discounted_price", "actual_price", "discount_percentage", "rating"),
    *("rating_count", "about_product", "user_id", "user_name", "review_id", "review_title", "review_content"),
    *("img_link", "product_link"),
)
SALES_ROW = {
    "product_id": "P1",
    "product_name": "Solvo Desk Lamp, dimmable",
    "category": "Home&Kitchen|Lamps,Bulbs&Tubes|USBLamps",
    "discounted_price": "₹1,099",
    "actual_price": "₹1,50,000.50",
    "discount_percentage": "64%",
    "rating": "4.2",
    "rating_count": "24,269",
    "about_product": "Bright : 800 lumen|Warm light",
    "user_id": "U1,U2",
    "user_name": "Ann,Ben, the second",
    "review_id": "R1,R2",
    "review_title": "Good,Fine",
    "review_content": 'Says "bright",\nand it is',
    "img_link": "https://pictures.example/I/lamp._SX300_.jpg",
    "product_link": "https://shop.example/P1",
}
REVIEW_2018 = {
    "overall": 5.0,
    "verified": True,
    "reviewTime": "06 17, 2018",
    "reviewerID": "A1",
    "asin": "B1",
    "style": {"Size:": " 50"},
    "reviewerName": "Ann",
    "reviewText": "Fine.",
    "summary": "Five stars",
    "unixReviewTime": 1529193600,
}
META_2018 = {
    "category": ["Lamps", "Lamps", "Desk Lamps", "Never expires, no fees.", "Lamps"],
    "description": ["<p>A lamp &amp; more.</p><script>alert(1)</script>", "A second line"],
    "title": "Desk Lamp &#39;Solvo&#39;",
    "also_buy": ["B2", "B3"],
    "image": ["https://pictures.example/I/1%2B2._SX38_SY50_CR,0,0,38,50_.jpg"],
    "brand": "Solvo",
    "feature": ["Bright", "Bright"],
    "main_cat": "Home",
    "price": "$1,250.00",
    "asin": "B1",
}
REVIEW_2023 = {
    "rating": 4.0,
    "title": "Good",
    "text": "It is.",
    "images": [],
    "asin": "V1",
    "parent_asin": "B1",
    "user_id": "AE1",
    "timestamp": 1588687728923,
    "helpful_vote": 0,
    "verified_purchase": True,
}
META_2023 = {
    "main_category": "Home",
    "title": "Desk Lamp",
    "average_rating": 4.5,
    "rating_number": 12,
    "features": ["Bright"],
    "description": ["A lamp."],
    "price": 17.99,
    "images": [
        {"thumb": "https://pictures.example/t2.jpg", "large": "https://pictures.example/l2.jpg", "variant": "PT01"},
        {"thumb": "https://pictures.example/t1.jpg", "large": "https://pictures.example/l1.jpg", "variant": "MAIN"},
    ],
    "videos": [],
    "store": "The Solvo Store",
    "categories": ["Home", "Lamps"],
    "details": {"Brand": "Solvo"},
    "parent_asin": "B1",
    "bought_together": None,
}


MAGENTO_PRODUCT = {
    "sku": "24-MB01",
    "store_view_code": "",
    "product_type": "simple",
    "categories": "Default Category/Gear,Default Category/Gear/Bags,Default Category/Home, Garden",
    "name": "Joust Duffle Bag",
    "description": "<p>The sporty <b>Joust</b>.</p>",
    "short_description": "",
    "product_online": "1",
    "visibility": "Catalog, Search",
    "price": "1,034.0000",
    "meta_keywords": "sport, travel",
    "base_image": "/m/b/mb01-blue-0.jpg",
    "qty": "100.0000",
}


def magento_csv(*rows: dict[str, str]) -> str:
    """Return a CSV file in the notation of Magento's product export; each row overrides cells of MAGENTO_PRODUCT."""
    text = io.StringIO()
    writer = csv.DictWriter(text, MAGENTO_PRODUCT, lineterminator="\n")
    writer.writeheader()
    writer.writerows(MAGENTO_PRODUCT | row for row in rows)
    return text.getvalue()


def sales_csv(*rows: dict[str, str]) -> str:
    """Return a CSV file in the notation of amazon-sales; each row overrides cells of SALES_ROW."""
    text = io.StringIO()
    writer = csv.DictWriter(text, SALES_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(SALES_ROW | row for row in rows)
    return text.getvalue()


def json_lines(template: Mapping[str, object], *rows: Mapping[str, object]) -> str:
    """Return JSON lines; each row overrides keys of the template."""
    return "".join(f"{json.dumps({**template, **row})}\n" for row in rows)


_SALES = sales_csv({}, {"product_id": "P2", "user_id": "U3", "rating": "3", "review_content": "One line"})
SAMPLES: dict[str, Sample] = {
    "amazon-sales": Sample(
        products_text=_SALES,
        interactions_text=_SALES,
        products=("P1", "P2"),
        interactions=(("U1", "P1", 4.2, None), ("U2", "P1", 4.2, None), ("U3", "P2", 3.0, None)),
        broken="P9,too,few\n",
    ),
    "amazon-reviews-2018": Sample(
        products_text=json_lines(META_2018, {}, {"asin": "B2"}),
        interactions_text=json_lines(REVIEW_2018, {}, {"reviewerID": "A2", "overall": 1.0, "unixReviewTime": None}),
        products=("B1", "B2"),
        interactions=(("A1", "B1", 5.0, 1529193600.0), ("A2", "B1", 1.0, None)),
        broken='{"asin": \n',
    ),
    "amazon-reviews-2023": Sample(
        products_text=json_lines(META_2023, {}, {"parent_asin": "B2"}),
        interactions_text=json_lines(REVIEW_2023, {}, {"user_id": "AE2", "rating": 2, "timestamp": 1500000000000}),
        products=("B1", "B2"),
        interactions=(("AE1", "B1", 4.0, 1588687728.923), ("AE2", "B1", 2.0, 1500000000.0)),
        broken="[1, 2]\n",
    ),
    "ratings-csv": Sample(
        products_text="",
        interactions_text="UserID,ProductID,Rating,Timestamp\nu1,i1,5,1400000000\nu2,i1,3.5,\n",
        products=(),
        interactions=(("u1", "i1", 5.0, 1400000000.0), ("u2", "i1", 3.5, None)),
        broken="u3,i1,six,1400000000\n",
    ),
    "magento": Sample(
        products_text=magento_csv({}, {"sku": "24-MB02", "name": "Tote"}),
        interactions_text=(
            "customer_id,sku,qty_ordered,row_total,last_ordered_at\n"
            '17,24-MB01,"2,000.0000","68,000.0000",2026-10-01 08:30:00\n'
            "18,24-MB02,1.0000,14.5000,\n"
        ),
        products=("24-MB01", "24-MB02"),
        interactions=(("17", "24-MB01", 2000.0, 1790843400.0), ("18", "24-MB02", 1.0, None)),
        broken="19,24-MB01,-1.0000,34.0000,2026-10-01 08:30:00\n",
    ),
}
