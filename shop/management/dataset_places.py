"""Sources of the import commands: a file, a folder with one fitting file, or a live database."""

import getpass
import sys
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings

from ml.datasets.base import DatasetReader
from ml.datasets.database_address import is_database_address, parse_address
from ml.datasets.dataset import Dataset, DatasetFile, file_in
from ml.datasets.magento import Magento
from ml.datasets.magento_database import MONTHS, MagentoDatabase
from ml.datasets.records import Contents, DatasetError

MOST_MONTHS = 1_200


def add_place_arguments(parser: ArgumentParser) -> None:
    """Add FILE and --months."""
    parser.add_argument(
        "file",
        metavar="FILE",
        help="the data file, plain or gzipped; a folder that holds one such file; or, for magento, "
        "mysql://user@host:port/database (password: MAGENTO_DATABASE_PASSWORD, or asked for)",
    )
    parser.add_argument(
        "--months",
        type=_months,
        metavar="N",
        help=f"from a database, take the purchases of the last N months (default: {MONTHS})",
    )


def shown_place(place: str) -> str:
    """Return FILE for messages: of an address only the part after user and password."""
    if not is_database_address(place):
        return place
    return place.rpartition("@")[2] if "@" in place else "the database"


def open_dataset(options: dict[str, Any], reader: DatasetReader, contents: Contents) -> Dataset:
    """Open FILE; raises DatasetError when it cannot be read or is not of the reader's format."""
    place: str = options["file"]
    months: int | None = options["months"]
    if is_database_address(place):
        if reader.name != Magento.name:
            raise DatasetError(shown_place(place), f"only --format {Magento.name} reads a database: name a file")
        address = parse_address(place)
        return MagentoDatabase(address, password=_password(address.password, str(address)), months=months or MONTHS)
    if months is not None:
        raise DatasetError(place, "--months is for a database: a file holds the months it was dumped with")
    path = Path(place)
    return DatasetFile(file_in(path, reader, contents) if path.is_dir() else path, reader)


def _password(given: str | None, place: str) -> str:
    """Return the password of the address, of the settings or typed at the terminal; empty without a terminal."""
    if given is not None:
        return given
    known: str = settings.MAGENTO_DATABASE_PASSWORD
    return known or (getpass.getpass(f"Password for {place}: ") if sys.stdin.isatty() else "")


def _months(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_MONTHS:
        raise ArgumentTypeError(f"{text!r} is not a number of months from 1 to {MOST_MONTHS}")
    return int(text)
