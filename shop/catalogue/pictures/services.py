"""Store products' pictures in the shop: uploads, and downloads from the addresses that came with the products."""

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
class MissingPicture:
    """A picture to fetch. `name`: its future place in the storage; `replaced`: the one fetched from an old address."""

    product_id: uuid.UUID
    address: str
    name: str
    replaced: str


@dataclass(frozen=True)
class PictureFailure:
    """A picture that could not be had. `is_away`: its server was not reached, so a retry may help."""

    product_id: str
    address: str
    reason: str
    is_away: bool


@dataclass
class PicturesFetched:
    """The result of a run. `found`: files of an earlier run that ended before their products were updated."""

    wanted: int = 0
    fetched: int = 0
    found: int = 0
    failures: list[PictureFailure] = field(default_factory=list)
    seconds: float = 0.0


def store_uploaded(upload: File) -> str:
    """Store an uploaded picture in the sizes that pages show, and return the name for `Product.image`.

    Each content has a name of its own. Raises PictureError for a file that `to_sizes` refuses or of more than 10 MiB,
    and OSError when it cannot be written.
    """
    if upload.size > LARGEST_FILE:
        raise PictureError(f"the file has {upload.size:,} bytes, more than {LARGEST_FILE:,}")
    upload.seek(0)  # the form has read it
    content = upload.read()
    digest = hashlib.sha256(content).hexdigest()[:24]
    name = f"{UPLOADED_FOLDER}{digest[:2]}/{digest}{LARGE_ENDING}"
    _write_sizes(Product.image.field.storage, name, content)
    return name


def missing_pictures(limit: int | None = None) -> list[MissingPicture]:
    """Return the missing pictures, those of the most popular products first.

    A picture is missing from a product that has an address and no picture, or one fetched from another address.
    """
    return list(islice(_missing(), limit))


def fetch_pictures(
    missing: list[MissingPicture], *, at_once: int, on_progress: Callable[[int, int], None]
) -> PicturesFetched:
    """Download, check and store pictures, `at_once` at a time, and show them on their products.

    A failed picture is reported and leaves nothing behind; stopping half-way loses nothing. `on_progress` takes the
    number of finished pictures and the number of failures among them.
    """
    started = time.monotonic()
    result = PicturesFetched(wanted=len(missing))
    storage = Product.image.field.storage
    waiting = iter(missing)
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
                    _announce(changed)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
            _announce(changed)
    result.seconds = time.monotonic() - started
    return result


def _missing() -> Iterator[MissingPicture]:
    rows = Product.objects.exclude(image_url="").by_popularity().values_list("pk", "image", "image_url")
    for product_id, image, address in rows.iterator():
        name = _name_of(product_id, address)
        if image != name and (not image or image.startswith(FETCHED_FOLDER)):
            yield MissingPicture(product_id, address, name, replaced=image)


def _name_of(product_id: uuid.UUID, address: str) -> str:
    """Return a name that differs for each address: browsers may cache a picture for ever."""
    digest = hashlib.sha256(address.encode()).hexdigest()[:12]
    return f"{FETCHED_FOLDER}{product_id.hex[:2]}/{product_id.hex}-{digest}{LARGE_ENDING}"


def _store(storage: Storage, missing: MissingPicture, sessions: "SimpleQueue[HTTPSession]") -> bool:
    """Fetch one picture and return whether that took a download; runs in a thread, without the database."""
    if storage.exists(missing.name):
        return False
    session = sessions.get()  # one for each thread: never waits
    try:
        content = download(session, missing.address)
    finally:
        sessions.put(session)
    _write_sizes(storage, missing.name, content)
    return True


def _write_sizes(storage: Storage, name: str, content: bytes) -> None:
    sizes = to_sizes(content, large=LARGE_SIDE, small=SMALL_SIDE)
    write_whole(storage, small_name(name), sizes.small)
    write_whole(storage, name, sizes.large)  # last: its presence says that the small one is there


def _take(
    done: Future[bool], missing: MissingPicture, result: PicturesFetched, storage: Storage, changed: list[uuid.UUID]
) -> None:
    """Record one outcome. A product that got a picture by hand meanwhile keeps it."""
    try:
        is_new = done.result()
    except PictureError as error:
        result.failures.append(_failure(missing, error))
        return
    result.fetched += is_new
    result.found += not is_new
    untouched = Product.objects.filter(pk=missing.product_id, image=missing.replaced)
    if untouched.update(image=missing.name, updated_at=timezone.now()):
        changed.append(missing.product_id)
        if missing.replaced:
            with suppress(OSError):
                storage.delete(missing.replaced)
                storage.delete(small_name(missing.replaced))


def _failure(missing: MissingPicture, error: PictureError) -> PictureFailure:
    return PictureFailure(str(missing.product_id), missing.address, str(error), isinstance(error, ServerAway))


def _announce(changed: list[uuid.UUID]) -> None:
    if changed:
        send_on_commit(catalogue_changed, Product, product_ids=list(changed))
        changed.clear()
