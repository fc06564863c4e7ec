"""Segments of the shoppers and the products of a new model version, with the traits of each."""

from collections.abc import Sequence

import numpy as np
from django.db import router, transaction
from numpy.typing import NDArray
from scipy import sparse

from ml.content.rows import unit_rows
from ml.interactions import CSR
from ml.segment_traits import Trait, distinctive_traits
from ml.segments import Segments, find_segments
from ml.serving_index import ServingIndex
from recommendations.jobs.progress import Progress, silent, step
from recommendations.learning.training_data import TrainingData
from recommendations.versions import artifact_store
from recommendations.versions.models import Segment, Segmentation, SegmentKind
from shop.catalogue.models import Category

SHOPPERS_PER_CHUNK = 4_096
MOST_CATEGORIES, MOST_PRODUCTS, MOST_TERMS = 3, 5, 5
TERMS_IN_NAME = 2


def write_segments(version: str, data: TrainingData, index: ServingIndex, *, progress: Progress = silent) -> None:
    """Write the segments of a version in place of those it had, and delete those of versions whose files are gone.

    Shoppers and products are grouped by the direction of their vectors; those without a vector belong to no segment.
    Without a trained model, shoppers have no vectors and no segments.
    """
    products = np.flatnonzero(index.item_vectors.any(axis=1))
    holdings = sparse.csr_array(
        (np.ones(products.size, np.float32), (np.arange(products.size), products)), shape=(products.size, index.n_base)
    )
    first, second = step(progress, 0.0, 0.6, "shoppers"), step(progress, 0.6, 1.0, "products")
    vectors, rows = _shoppers(data, index)
    shopper_segments = find_segments(vectors, progress=first)
    product_segments = find_segments(unit_rows(index.item_vectors[products]), progress=second)
    with transaction.atomic(using=router.db_for_write(Segment)):
        kept = set(artifact_store.versions()) - {version}
        for model in (Segment, Segmentation):
            model._default_manager.exclude(model_version__in=list(kept)).delete()
        _write(version, SegmentKind.SHOPPERS, shopper_segments, rows, index)
        _write(version, SegmentKind.PRODUCTS, product_segments, holdings, index)


def _shoppers(data: TrainingData, index: ServingIndex) -> tuple[NDArray[np.float32], CSR]:
    """Return the unit vectors of the m shoppers who have one, float32 [m, d], and their rows, csr [m, n_base]."""
    rows = data.interactions.to_csr()
    rows.eliminate_zeros()
    vectors = np.zeros((rows.shape[0], index.n_dimensions), np.float32)
    if index.user_tower.n_items == rows.shape[1]:
        for start in range(0, rows.shape[0], SHOPPERS_PER_CHUNK):
            chunk = slice(start, start + SHOPPERS_PER_CHUNK)
            vectors[chunk] = index.user_tower.vectors(rows[chunk, :])
    known = np.flatnonzero(vectors.any(axis=1))
    rows = rows[known, :]
    # Products with interactions come first in the index, so that wider rows have the same entries.
    return unit_rows(vectors[known]), sparse.csr_array(
        (rows.data, rows.indices, rows.indptr), shape=(known.size, index.n_base)
    )


def _write(version: str, kind: SegmentKind, segments: Segments, holdings: CSR, index: ServingIndex) -> None:
    """Write one segmentation; `holdings`: csr [m, n], the weight of each product for each member."""
    labels, points = segments.labels[segments.map_rows].tolist(), segments.map_points.tolist()
    Segmentation.objects.create(
        model_version=version,
        kind=kind,
        segment_count=len(segments),
        member_count=segments.labels.size,
        silhouettes={str(number): round(value, 4) for number, value in segments.silhouettes.items()},
        map_points=[[label + 1, round(x, 3), round(y, 3)] for label, (x, y) in zip(labels, points, strict=True)],
        map_variance=segments.map_variance,
    )
    weights = _summed(segments, holdings)
    categories = _category_traits(weights, index)
    products = distinctive_traits(weights, MOST_PRODUCTS, preference=index.popularity)
    terms = [[trait.column for trait in row] for row in distinctive_traits(_by_term(weights, index), MOST_TERMS)]
    for number in range(len(segments)):
        words = list(index.terms.words_of(np.array(terms[number], np.int64)))
        Segment.objects.create(
            model_version=version,
            kind=kind,
            number=number + 1,
            name=segment_name([name for _, name, _ in categories[number]], words, number + 1),
            size=int(segments.sizes[number]),
            top_categories=categories[number],
            top_products=_shares(products[number], index),
            top_terms=words,
            centroid=segments.centroids[number].astype("<f4").tobytes(),
        )


def segment_name(categories: Sequence[str], terms: Sequence[str], number: int) -> str:
    """Return a name from the category and the words that set a segment apart: "Cables: braided, lightning"."""
    category = categories[0] if categories else ""
    words = [term for term in terms if term not in category.lower()][:TERMS_IN_NAME]
    parts = [part for part in (category, ", ".join(words)) if part]
    return ": ".join(parts)[: Segment._meta.get_field("name").max_length] or f"Segment {number}"


def _summed(segments: Segments, holdings: CSR) -> CSR:
    """Return the weight of each product for each of k segments, csr [k, n]."""
    members = np.arange(segments.labels.size)
    belongs = sparse.csr_array(
        (np.ones(members.size, np.float32), (segments.labels, members)), shape=(len(segments), members.size)
    )
    return sparse.csr_array(belongs @ holdings)


def _category_traits(weights: CSR, index: ServingIndex) -> list[list[tuple[str, str, float]]]:
    """Return id, name and share of the categories that set each segment apart; one query."""
    known = np.flatnonzero(index.item_category >= 0)
    lies_in = sparse.csr_array(
        (np.ones(known.size, np.float32), (known, index.item_category[known])),
        shape=(index.n_base, index.category_ids.size),
    )
    traits = distinctive_traits(sparse.csr_array(weights @ lies_in), MOST_CATEGORIES)
    ids = {index.category_ids[trait.column].decode() for row in traits for trait in row}
    names = {pk.hex: name for pk, name in Category.objects.filter(pk__in=list(ids)).values_list("pk", "name")}
    return [
        [
            (raw_id, names[raw_id], round(trait.share, 4))
            for trait in row
            if (raw_id := index.category_ids[trait.column].decode()) in names
        ]
        for row in traits
    ]


def _by_term(weights: CSR, index: ServingIndex) -> CSR:
    """Return the weight of each term of the products' texts for each segment, csr [k, t]."""
    rows = index.terms.rows
    terms = sparse.csr_array((rows.values, rows.indices, rows.indptr), shape=(index.n_base, index.terms.n_terms))
    return sparse.csr_array(weights @ terms)


def _shares(traits: Sequence[Trait], index: ServingIndex) -> list[tuple[str, float]]:
    raw_ids = index.raw_ids_of(np.array([trait.column for trait in traits], np.int64))
    return [(raw_id, round(trait.share, 4)) for raw_id, trait in zip(raw_ids, traits, strict=True)]
