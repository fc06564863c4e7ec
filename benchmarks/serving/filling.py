"""Write a generated shop into its database and its model folder: products, shoppers, a promoted version."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np
from django.db import connection
from django.utils import timezone

from accounts.shoppers import visitor_token
from benchmarks.serving.generated import DIMENSIONS, GeneratedCatalogue, GeneratedShopper, generated_shoppers
from ml.artifact import JSON, write_artifact
from ml.hybrid_tower import HybridTower
from ml.index_building import DemandTables, ModelTables, build_serving_index
from ml.ridge_fold_in import RidgeFoldIn
from ml.user_tower import UserTower
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import ShopperProfile
from recommendations.behaviour.profiles import History, RecentProduct, Search
from recommendations.learning.catalogue import read_catalogue
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from shop.catalogue.models import Category, Product
from shop.search.index import follow_products, ignore_products

Report = Callable[[float], None]
Row = TypeVar("Row")
ROWS_PER_INSERT = 2_000
ROOTS, LEAVES_PER_ROOT = 20, 10
# Numbers per product of DMF and iALS in the user tower of a version of this size (docs/operations.md).
TOWER_WIDTH = 128
SHOPPERS_TRIED = 400  # as in a training; not the shoppers of the measurement
HIDDEN_SHARE, SOLD_OUT_SHARE = 0.01, 0.02
STARS_OF_ALL_PER_PRODUCT = 40


def product_id(product: int) -> uuid.UUID:
    """Return the id of a product; ids rise with the number, so that the model's order is that of the catalogue."""
    return uuid.UUID(int=(product << 64) + 1)


def shopper_id(number: int) -> uuid.UUID:
    """Return the id of a visitor, the same with each run."""
    return uuid.UUID(int=random.Random(number).getrandbits(128), version=4)


def write_products(catalogue: GeneratedCatalogue, report: Report) -> None:
    """Write categories and the products of the catalogue; of a hundred products one is hidden and two are sold out."""
    leaves = []
    for root in range(ROOTS):
        parent = Category.add_root(name=f"Root {root:02}", slug=f"root-{root}")
        for leaf in range(LEAVES_PER_ROOT):
            leaves.append(parent.add_child(name=f"Leaf {root:02}-{leaf}", slug=f"leaf-{root}-{leaf}"))
    drawn = np.random.default_rng(3)
    shares = drawn.random(len(catalogue))
    prices = drawn.integers(500, 50_000, size=len(catalogue))
    ratings = (catalogue.popularity / catalogue.popularity.mean() * STARS_OF_ALL_PER_PRODUCT / 4).astype(np.int64)
    moment = timezone.now()

    def row(number: int) -> Product:
        words = catalogue.text(number).split()
        return Product(
            id=product_id(number),
            external_id=f"X{number}",
            title=" ".join(words[:8]).title(),
            slug=f"product-{number}",
            description=" ".join(words),
            brand=f"Brand {catalogue.cluster[number] % 300}",
            category=leaves[int(catalogue.cluster[number]) % len(leaves)],
            price=Decimal(int(prices[number])) / 100,
            stock=0 if shares[number] < SOLD_OUT_SHARE else 50,
            image_url=f"https://images.example.com/{number}.jpg",
            is_published=bool(shares[number] < 1 - HIDDEN_SHARE),
            rating_sum=4 * int(ratings[number]),
            rating_count=int(ratings[number]),
            created_at=moment,
            updated_at=moment,
        )

    ignore_products(connection)  # the words of all at once take a third of the time
    for done, rows in _chunks(map(row, range(len(catalogue)))):
        Product.objects.bulk_create(rows)
        report(done / len(catalogue))
    follow_products(connection)


def write_version(catalogue: GeneratedCatalogue, report: Callable[[float, str], None]) -> str:
    """Build the serving index as a training does, write, promote it; return the version's name."""
    tables = read_catalogue()
    drawn = np.random.default_rng(4)
    neighbours, similarities = catalogue.neighbours()
    weights = catalogue.popularity / catalogue.popularity.max()
    tower = _tower(len(catalogue), drawn)
    shoppers = np.array([shopper.vector for shopper in generated_shoppers(catalogue, SHOPPERS_TRIED, seed=5)])
    index = build_serving_index(
        tables,
        ModelTables(tower, catalogue.vectors, neighbours, similarities, shoppers),
        DemandTables(1_000 * weights, np.where(drawn.random(len(catalogue)) < 0.1, 100 * weights, 0.0)),
        progress=report,
    )
    version = artifact_store.new_version(tables.read_at)
    metadata: dict[str, JSON] = {
        "catalogue_read_at": tables.read_at.isoformat(),
        "popularity_scale": float(np.log1p(tables.stars + 1_000 * weights).max()),
        "version": version,
    }
    write_artifact(artifact_store.directory_of(version), index.to_arrays(), metadata)
    ModelVersion.objects.create(
        version=version, recommender="hybrid", status=ModelVersion.Status.READY, trained_through=tables.read_at
    )
    artifact_store.promote(version)
    ModelVersion.objects.mark_promoted(version)
    return version


def write_shoppers(catalogue: GeneratedCatalogue, count: int, version: str, tokens: Path, report: Report) -> None:
    """Write profiles of anonymous visitors, and their tokens to a file, one in a line."""
    shoppers = generated_shoppers(catalogue, count)
    profiles = (_profile(number, shopper, version) for number, shopper in enumerate(shoppers))
    with tokens.open("w", encoding="ascii") as file:
        for done, rows in _chunks(profiles):
            ShopperProfile.objects.bulk_create(rows)
            file.writelines(f"{visitor_token(row.shopper_id)}\n" for row in rows)
            report(done / count)


def _profile(number: int, shopper: GeneratedShopper, version: str) -> ShopperProfile:
    """Return the profile of a shopper who viewed all, put some into the cart, bought two and searched once."""
    kinds = [Kind.PURCHASE, Kind.VIEW, Kind.ADD_TO_CART, *[Kind.VIEW] * len(shopper.recent)]
    kinds[9:10] = [Kind.PURCHASE]
    ids = [product_id(product) for product in shopper.recent]
    recent = [RecentProduct(one, kind, 0.9**place) for place, (one, kind) in enumerate(zip(ids, kinds, strict=False))]
    history = History(
        recent=tuple(recent),
        bought=tuple(product.product_id for product in recent if product.kind is Kind.PURCHASE),
        searches=(Search(shopper.word, 0.8),),
    )
    return ShopperProfile(
        shopper_id=shopper_id(number),
        model_version=version,
        vector=shopper.vector.astype("<f4").tobytes(),
        history=history.to_json(),
        event_count=len(recent),
        updated_at=timezone.now() - timedelta(minutes=1),
    )


def _tower(n_products: int, drawn: np.random.Generator) -> HybridTower:
    """Return a user tower of the size a hybrid has; its numbers are random, profiles hold the vectors that are used."""
    width = (n_products, TOWER_WIDTH)
    tower = UserTower(
        (drawn.standard_normal(width, np.float32),), (np.zeros(TOWER_WIDTH, np.float32),), True, False, True
    )
    fold_in = RidgeFoldIn(drawn.standard_normal(width, np.float32), 10.0, 5.0)
    unit = np.eye(TOWER_WIDTH, dtype=np.float32)
    projection = drawn.standard_normal((2 * TOWER_WIDTH, DIMENSIONS), np.float32)
    return HybridTower(tower, fold_in, 1.0, unit, unit, projection)


def _chunks(rows: Iterable[Row]) -> Iterator[tuple[int, list[Row]]]:
    """Yield the number of rows so far, and lists of rows for one insert each."""
    left, done = iter(rows), 0
    while chunk := list(islice(left, ROWS_PER_INSERT)):
        done += len(chunk)
        yield done, chunk
