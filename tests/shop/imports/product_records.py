"""Records and rows that the tests of the catalogue import share."""

import dataclasses
from decimal import Decimal
from typing import Any

from ml.datasets.records import ProductRecord
from shop.catalogue.models import Product

LAMP = ProductRecord(
    external_id="B1",
    title="Desk Lamp",
    description="Bright",
    brand="Solvo",
    category_path=("Home", "Lamps"),
    keywords=("lamp", "light"),
    price=Decimal(1000),
    list_price=Decimal(1500),
    currency="INR",
    image_url="https://pictures.example/lamp.jpg",
    rating=4.2,
    rating_count=10,
    line=2,
)


def lamp(external_id: str, **changes) -> ProductRecord:
    return dataclasses.replace(LAMP, external_id=external_id, **changes)


def everything() -> list[dict[str, Any]]:
    return [dict(row) for row in Product.objects.order_by("pk").values()]
