"""Take products' pictures into the shop's own storage: from the addresses that came with them, and uploaded ones."""

import hashlib
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from itertools import islice
from queue import SimpleQueue

from django.core.files import File
from django.core.files.storage import Storage
from django.utils import timezone
from requests_hardened import HTTPSession

from shop.catalogue.models import (
    FETCHED_FOLDER,
    LARGE_ENDING,
    LARGE_SIDE,
    SMALL_SIDE,
    UPLOADED_FOLDER,
    Product,
    small_name,
)
from shop.catalogue.pictures.download import LARGEST_DOWNLOAD as LARGEST_FILE
from shop.catalogue.pictures.download import PictureError, ServerAway, download, new_session
from shop.catalogue.pictures.files import to_sizes, write_whole
from shop.signals import catalogue_changed, send_on_commit

PRODUCTS_PER_SIGNAL = 500


@dataclass(frozen=True)
class Wanted:
    """A picture to fetch. name: where in the storage it goes; replaced: the fetched one of an earlier address."""

    product_id: uuid.UUID
    address: str
    name: str
    replaced: str


@dataclass(frozen=True)
class PictureFailure:
    """Why a product has no picture yet; `is_away`: its server was not reached, so another try may help."""

    product_id: str
    address: str
    reason: str
    is_away: bool


@dataclass
class PicturesFetched:
    """`found`: files of an earlier run that was stopped before their products were told."""

    wanted: int = 0
    fetched: int = 0
    found: int = 0
    failures: list[PictureFailure] = field(default_factory=list)
    seconds: float = 0.0


def store_uploaded(upload: File) -> str:
    """Store a picture that somebody uploaded in the sizes that pages show, and return the name for `Product.image`: one
    of its own for each content.

    PictureError for what `to_sizes` refuses and for a file of more than 10 MiB; OSError where it cannot be written.
    """
    if upload.size > LARGEST_FILE:
        raise PictureError(f"the file has {upload.size:,} bytes, more than {LARGEST_FILE:,}")
    upload.seek(0)  # the form has looked at it
    content = upload.read()
    digest = hashlib.sha256(content).hexdigest()[:24]
    name = f"{UPLOADED_FOLDER}{digest[:2]}/{digest}{LARGE_ENDING}"
    _write_sizes(Product.image.field.storage, name, content)
    return name


def wanted_pictures(limit: int | None = None) -> list[Wanted]:
    """Return the pictures missing, those of the most popular products first.

    A product wants one that has an address and either no picture, or one fetched from another address.
    """
    return list(islice(_wanted(), limit))


def fetch_pictures(wanted: list[Wanted], *, at_once: int, on_progress: Callable[[int, int], None]) -> PicturesFetched:
    """Download, check and store pictures, `at_once` at a time, and show them on their products.

    One that fails is reported and leaves nothing behind; stopping half-way loses nothing. `on_progress` takes how many
    are done and how many of them failed.
    """
    started = time.monotonic()
    result = PicturesFetched(wanted=len(wanted))
    storage = Product.image.field.storage
    waiting = iter(wanted)
    changed: list[uuid.UUID] = []
    with ExitStack() as stack:
        sessions: SimpleQueue[HTTPSession] = SimpleQueue()
        for _ in range(at_once):
            sessions.put(stack.enter_context(new_session()))
        pool = stack.enter_context(ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="pictures"))
        running = {pool.submit(_store, storage, one, sessions): one for one in islice(waiting, 2 * at_once)}
        try:
            while running:
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    _take(done, running.pop(done), result, storage, changed)
                    running |= {pool.submit(_store, storage, one, sessions): one for one in islice(waiting, 1)}
                on_progress(result.fetched + result.found + len(result.failures), len(result.failures))
                if len(changed) >= PRODUCTS_PER_SIGNAL:
                    _tell(changed)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
            _tell(changed)
    result.seconds = time.monotonic() - started
    return result


def _wanted() -> Iterator[Wanted]:
    rows = Product.objects.exclude(image_url="").by_popularity().values_list("pk", "image", "image_url")
    for product_id, image, address in rows.iterator():
        name = _name_of(product_id, address)
        if image != name and (not image or image.startswith(FETCHED_FOLDER)):
            yield Wanted(product_id, address, name, replaced=image)


def _name_of(product_id: uuid.UUID, address: str) -> str:
    """A name of its own for each address: browsers may keep a picture for ever."""
    digest = hashlib.sha256(address.encode()).hexdigest()[:12]
    return f"{FETCHED_FOLDER}{product_id.hex[:2]}/{product_id.hex}-{digest}{LARGE_ENDING}"


def _store(storage: Storage, wanted: Wanted, sessions: "SimpleQueue[HTTPSession]") -> bool:
    """Fetch one picture and return whether that took a download; runs in a thread, without the database."""
    if storage.exists(wanted.name):
        return False
    session = sessions.get()  # as many as threads: never waits
    try:
        content = download(session, wanted.address)
    finally:
        sessions.put(session)
    _write_sizes(storage, wanted.name, content)
    return True


def _write_sizes(storage: Storage, name: str, content: bytes) -> None:
    sizes = to_sizes(content, large=LARGE_SIDE, small=SMALL_SIDE)
    write_whole(storage, small_name(name), sizes.small)
    write_whole(storage, name, sizes.large)  # last: where it is, the small one is too


def _take(
    done: Future[bool], wanted: Wanted, result: PicturesFetched, storage: Storage, changed: list[uuid.UUID]
) -> None:
    """Write one outcome down. A product that was given a picture by hand meanwhile keeps it."""
    try:
        is_new = done.result()
    except PictureError as error:
        result.failures.append(_failure(wanted, error))
        return
    result.fetched += is_new
    result.found += not is_new
    untouched = Product.objects.filter(pk=wanted.product_id, image=wanted.replaced)
    if untouched.update(image=wanted.name, updated_at=timezone.now()):
        changed.append(wanted.product_id)
        if wanted.replaced:
            with suppress(OSError):
                storage.delete(wanted.replaced)
                storage.delete(small_name(wanted.replaced))


def _failure(wanted: Wanted, error: PictureError) -> PictureFailure:
    return PictureFailure(str(wanted.product_id), wanted.address, str(error), isinstance(error, ServerAway))


def _tell(changed: list[uuid.UUID]) -> None:
    if changed:
        send_on_commit(catalogue_changed, Product, product_ids=list(changed))
        changed.clear()
