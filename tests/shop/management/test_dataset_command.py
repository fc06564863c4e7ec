"""Every import command: errors in one line, the list of rejects, the summary, progress."""

import gzip
import json
import os
import subprocess
import sys
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, ProgrammingError
from pymongo.errors import ServerSelectionTimeoutError
from rich.console import Console
from rich.progress import Progress

from shop.catalogue.models import Category, Product
from shop.management import dataset_command
from shop.management.commands import import_products
from tests.ml.datasets.samples import META_2018, SAMPLES, json_lines, sales_csv

pytestmark = pytest.mark.django_db
SALES = SAMPLES["amazon-sales"].products_text


@pytest.fixture(autouse=True)
def _here(settings, tmp_path, shop_events):
    settings.DATA_DIR = tmp_path / "var"


@pytest.fixture
def run(tmp_path):
    """Run a command on a file of that content; return what it prints."""

    def run_on(content: str | bytes | None, *options: str, format_name: str = "amazon-sales") -> str:
        path = tmp_path / "data.txt"
        if content is not None:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        out = StringIO()
        call_command("import_products", str(path), "--format", format_name, *options, stdout=out, no_color=True)
        return out.getvalue()

    return run_on


def nothing_was_written(tmp_path) -> bool:
    return not Product.objects.exists() and not Category.objects.exists() and not (tmp_path / "var").exists()


class TestRefusals:
    """One line that names the file, says what was wrong and what to do; and nothing has changed."""

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            (None, "data.txt: there is no such file: check the path"),
            ("", "data.txt: the file is empty: download or export it again"),
            (gzip.compress(SALES.encode())[:-20], "the gzip file is cut off here: download it again"),
            (json_lines(META_2018, {}), "; try --format amazon-reviews-2018"),
            (SALES.replace("product_link", "rating", 1), "line 1: the header names rating twice: rename or remove one"),
            (SALES.encode("utf-16"), "this is UTF-16 text: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"),
            (sales_csv(), "data.txt: the file holds a header and no rows: export it again."),
        ],
        ids=["missing", "empty", "cut", "foreign", "header", "encoding", "rowless"],
    )
    def test_files(self, run, tmp_path, content, problem):
        with pytest.raises(CommandError) as caught:
            run(content)

        message = str(caught.value)
        assert message.startswith(str(tmp_path / "data.txt"))
        assert message.endswith(problem)
        assert "\n" not in message
        assert caught.value.returncode == 1
        assert nothing_was_written(tmp_path)

    def test_a_folder(self, tmp_path):
        with pytest.raises(CommandError, match="no file in this folder holds amazon-sales products: name a file$"):
            call_command("import_products", str(tmp_path), "--format", "amazon-sales")

    def test_a_missing_exchange_rate(self, run, settings, tmp_path):
        settings.EXCHANGE_RATES = {}

        with pytest.raises(CommandError, match=r"data\.txt: there is no exchange rate from INR to USD: add INR=…"):
            run(SALES)
        assert nothing_was_written(tmp_path)

    @pytest.mark.parametrize(
        ("error", "message"),
        [
            (
                OperationalError("no such table: shop_product"),
                "the database refused (no such table: shop_product): the database is not up to date: "
                "run `python manage.py migrate` first",
            ),
            (
                ProgrammingError('relation "shop_product" does not exist\nLINE 1: SELECT'),
                'the database refused (relation "shop_product" does not exist): the database is not up to date: '
                "run `python manage.py migrate` first",
            ),
            (
                OperationalError("connection failed: Connection refused\n\tIs the server running?"),
                "the database refused (connection failed: Connection refused): check DATABASE_URL and "
                "BEHAVIOUR_DATABASE_URL, that the server runs, and that its disk has room",
            ),
            (
                ServerSelectionTimeoutError("localhost:27017: refused"),
                "the database refused (localhost:27017: refused): check DATABASE_URL and "
                "BEHAVIOUR_DATABASE_URL, that the server runs, and that its disk has room",
            ),
        ],
    )
    def test_databases(self, run, monkeypatch, error, message):
        def refuse(*_, **__):
            raise error

        monkeypatch.setattr(import_products, "import_products", refuse)

        with pytest.raises(CommandError) as caught:
            run(SALES)
        assert str(caught.value) == message

    def test_every_row_rejected(self, run, tmp_path):
        with pytest.raises(CommandError) as caught:
            run(sales_csv({"product_id": ""}, {"product_name": ""}))

        rejects = tmp_path / "var" / "rejects" / "data.txt.import_products.csv"
        assert str(caught.value) == f"{tmp_path / 'data.txt'}: no row could be used, {rejects} says why."
        assert rejects.read_text() == "line,reason,raw_id\n2,product_id is missing,\n4,product_name is missing,P1\n"
        assert not Product.objects.exists()

    def test_ctrl_c(self, run, monkeypatch):
        def stop(*_, **__):
            raise KeyboardInterrupt

        monkeypatch.setattr(import_products, "import_products", stop)

        with pytest.raises(
            CommandError, match="stopped by hand: whole chunks are in, .* run the same command again"
        ) as caught:
            run(SALES)
        assert caught.value.returncode == 130

    def test_the_process_says_one_line_and_exits_with_1(self, tmp_path, settings):
        """As a person meets it: no table, no traceback."""
        path = tmp_path / "sales.csv"
        path.write_text(SALES)
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "DATA_DIR": str(tmp_path / "new"),
            "DATABASE_URL": "",
            "BEHAVIOUR_DATABASE_URL": "",
        }

        result = subprocess.run(
            [sys.executable, "manage.py", "import_products", "--format", "amazon-sales", str(path)],
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            timeout=300,
            check=False,
            text=True,
        )

        assert result.returncode == 1
        assert result.stdout == ""
        assert [line for line in result.stderr.splitlines() if "WARNING" not in line] == [
            "CommandError: the database refused (no such table: shop_product): the database is not up to date: "
            "run `python manage.py migrate` first"
        ]


class TestRejects:
    def test_go_to_the_data_folder_or_where_told(self, run, tmp_path):
        content = SALES + "P9,too,few\n"
        told = tmp_path / "mine.csv"

        first = run(content)
        second = run(content, "--rejects", str(told))

        rejects = tmp_path / "var" / "rejects" / "data.txt.import_products.csv"
        assert f"listed with line and reason in {rejects}\n" in first
        assert f"listed with line and reason in {told}\n" in second
        assert rejects.read_text() == told.read_text() == 'line,reason,raw_id\n5,"16 cells expected, 3 found",P9\n'

    def test_none_no_file(self, run, tmp_path):
        assert "listed" not in run(SALES)
        assert not (tmp_path / "var").exists()

    def test_never_over_the_data(self, run, tmp_path):
        with pytest.raises(CommandError, match="cannot take the rejected rows"):
            run(SALES, "--rejects", str(tmp_path / "data.txt"))

        assert (tmp_path / "data.txt").read_text() == SALES


def test_json_is_all_that_is_printed(run, tmp_path):
    report = json.loads(run(SALES + "P9,too,few\n", "--json", "--dry-run"))

    assert report.pop("seconds") > 0
    assert report == {
        "format": "amazon-sales",
        "file": str(tmp_path / "data.txt"),
        "read": 3,
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "repeated": 0,
        "rejected": 1,
        "incomplete": 0,
        "unpriced": 0,
        "categories_created": 3,
        "rates": {"INR": 0.012},
        "rejects": str(tmp_path / "var" / "rejects" / "data.txt.import_products.csv"),
        "dry_run": True,
    }


def test_help_shows_the_formats_and_an_example(capsys):
    with pytest.raises(SystemExit) as caught:
        call_command("import_products", "--help")

    text = capsys.readouterr().out
    assert caught.value.code == 0
    for name in SAMPLES:
        assert name in text
    assert "example:\n  python manage.py import_products --format amazon-sales" in text


def test_a_terminal_sees_a_bar_with_rows_and_time_left(run, monkeypatch):
    screen = StringIO()

    def console(**_: Any) -> Console:
        return Console(file=screen, force_terminal=True, width=120)

    monkeypatch.setattr(dataset_command, "Console", console)

    run(gzip.compress(SALES.encode()))

    shown = screen.getvalue()
    assert "Checking" in shown
    assert "Importing" in shown
    assert "100%" in shown
    assert "2 rows" in shown
    assert "left" in shown


def test_a_quiet_run_shows_no_bar(run, monkeypatch):
    disabled: list[bool] = []

    class Watched(Progress):
        def __init__(self, *columns: Any, disable: bool, **options: Any) -> None:
            disabled.append(disable)
            super().__init__(*columns, disable=disable, **options)

    monkeypatch.setattr(dataset_command, "Progress", Watched)

    run(SALES)
    run(SALES, "--verbosity", "0")

    # Not a terminal in both cases.
    assert disabled == [True, True]
