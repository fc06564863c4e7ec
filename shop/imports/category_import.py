"""Categories that imported products name by their path: found or created."""

import uuid

from django.utils.text import slugify

from shop.catalogue.models import Category

UNSORTED = "Uncategorised"
LONGEST_NAME = 120
LONGEST_SLUG = 160


class CategoryPaths:
    """The category tree by paths of names from a root, for the length of one import.

    `created` counts the categories that were missing. With `dry_run` nothing is written: a missing category gets an id.
    """

    def __init__(self, *, dry_run: bool = False) -> None:
        self.created = 0
        self._dry_run = dry_run
        self._ids: dict[tuple[str, ...], uuid.UUID] | None = None

    def get_or_create(self, path: tuple[str, ...]) -> uuid.UUID:
        """Return the id of the category at the end of the path; an empty path means UNSORTED."""
        names = tuple(name[:LONGEST_NAME] for name in path) or (UNSORTED,)
        if self._ids is None:
            self._ids = _read_tree()
        for depth in range(1, len(names) + 1):
            if names[:depth] not in self._ids:
                self._ids[names[:depth]] = self._create(names[:depth], self._ids.get(names[: depth - 1]))
                self.created += 1
        return self._ids[names]

    def forget(self, created: int) -> None:
        """Read the tree again next time, after a rollback to the moment when `created` categories were new."""
        self._ids = None
        self.created = created

    def _create(self, path: tuple[str, ...], parent_id: uuid.UUID | None) -> uuid.UUID:
        category = Category(name=path[-1], slug="" if self._dry_run else free_slug(path))
        if self._dry_run:
            return category.pk
        if parent_id is None:
            Category.objects.add_root(instance=category)
        else:
            # Read again: a category that came between has moved its siblings' paths.
            Category.objects.add_child(Category.objects.get(pk=parent_id), instance=category)
        return category.pk


def free_slug(path: tuple[str, ...]) -> str:
    """Return an unused slug: the category's own name, with its parent's before it when that is taken."""
    base = slugify(path[-1])[:LONGEST_SLUG] or "category"
    longer = slugify(" ".join(path[-2:]))[: LONGEST_SLUG - 6].strip("-") or base
    for slug in (base, longer, *(f"{longer}-{number}" for number in range(2, 10_000))):
        if not Category.objects.filter(slug=slug).exists():
            return slug
    return f"{longer[: LONGEST_SLUG - 33]}-{uuid.uuid4().hex}"


def _read_tree() -> dict[tuple[str, ...], uuid.UUID]:
    """Return every category's id by its path of names; the first of two namesakes counts."""
    names: dict[str, tuple[str, ...]] = {"": ()}
    ids: dict[tuple[str, ...], uuid.UUID] = {}
    for path, name, key in Category.objects.order_by("path").values_list("path", "name", "pk"):
        names[path] = (*names[path[: -Category.steplen]], name)
        ids.setdefault(names[path], key)
    return ids
