"""Clients generated from the committed schema: they compile, and the journeys of docs/clients end in an order."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.api.schema import SCHEMA_FILE
from recommendations.behaviour.services import notifications
from recommendations.serving import handle
from shop.orders.models import Order, OrderLine
from tests.factories import PASSWORD, ProductFactory
from tests.programs import require_program
from tests.recommendations.publishing import publish

ROOT = Path(__file__).resolve().parents[2]
JOURNEYS = ROOT / "docs" / "clients"
PACKAGES = ROOT / "node_modules"
PROGRAMS = Path(sys.executable).parent
EMAIL = "app@kindred.example"
# A kind, a header, a missing If-Match and a field that the schema does not allow.
MISTAKES = {
    'kind: "view"': 'kind: "looked"',
    '"Idempotency-Key"': '"Key"',
    'header: { "If-Match": response.headers.get("ETag") ?? "*" }': "",
    "cart.total": "cart.sum",
}


def run(*command: str | Path, folder: Path) -> str:
    """Run a program in a folder and return what it printed; fail with it when it does not succeed."""
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env=os.environ | {"PATH": path}, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def node() -> str:
    return require_program("node", package="nodejs", folders=(str(PROGRAMS),))


@pytest.fixture
def typescript(node, tmp_path) -> Path:
    """A folder with the journey, the types of the schema, and what both need."""
    folder = shutil.copytree(JOURNEYS, tmp_path / "typescript")
    (folder / "node_modules").symlink_to(PACKAGES)
    (folder / "package.json").write_text('{"type": "module"}')
    run(node, PACKAGES / "openapi-typescript/bin/cli.js", SCHEMA_FILE, "-o", "schema.d.ts", folder=folder)
    return folder


@pytest.fixture
def python(tmp_path) -> Path:
    """A folder with the journey and the client package of the schema."""
    folder = shutil.copytree(JOURNEYS, tmp_path / "python")
    said = run(
        "openapi-python-client", "generate", "--path", SCHEMA_FILE, "--output-path", folder / "kindred_client",
        "--meta", "none", "--fail-on-warning", folder=folder,
    )  # fmt: skip
    assert "Warning" not in said
    return folder


@pytest.fixture
def shop(live_server, settings, tmp_path, monkeypatch) -> str:
    """The address of a shop with a model and something for sale."""
    settings.MODEL_DIR = tmp_path / "models"
    monkeypatch.setattr(handle, "_handle", handle.ServingHandle())
    monkeypatch.setattr(notifications, "_broker", notifications.BrokerState())
    publish(ProductFactory.create_batch(6))
    return live_server.url


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_the_typescript_client_compiles_and_orders(typescript, node, shop):
    run(node, PACKAGES / "typescript/bin/tsc", "--project", "tsconfig.json", folder=typescript)
    (typescript / "run.mjs").write_text(
        'import { shop } from "./built/shopper.js";\nconsole.log(await shop(...process.argv.slice(2)));\n'
    )

    number = run(node, "run.mjs", shop, EMAIL, PASSWORD, folder=typescript).strip()

    assert_ordered(number)


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_the_python_client_is_typed_and_orders(python, shop):
    # The generator's own client.py is the same for every schema.
    mypy = ("mypy", "--strict", "--follow-imports", "silent", "--config-file", "", "--cache-dir", os.devnull)
    run(*mypy, "shopper.py", "kindred_client/api", "kindred_client/models", folder=python)

    number = run(sys.executable, "shopper.py", shop, EMAIL, PASSWORD, folder=python).strip()

    assert_ordered(number)


def assert_ordered(number: str) -> None:
    order = Order.objects.get()
    assert (order.number, order.email) == (number, EMAIL)
    assert OrderLine.objects.get().quantity == 2


def test_the_types_know_what_is_wrong(typescript, node):
    right = (typescript / "shopper.ts").read_text()
    for number, (part, instead) in enumerate(MISTAKES.items()):
        assert part in right
        (typescript / f"mistake_{number}.ts").write_text(right.replace(part, instead))
    names = [f"mistake_{number}.ts" for number in range(len(MISTAKES))]
    settings = json.loads((typescript / "tsconfig.json").read_text()) | {"files": [*names, "shopper.ts"]}
    (typescript / "tsconfig.json").write_text(json.dumps(settings))

    with pytest.raises(AssertionError, match="error TS") as found:
        run(node, PACKAGES / "typescript/bin/tsc", "--project", "tsconfig.json", "--noEmit", folder=typescript)

    assert sorted(set(re.findall(r"(\w+\.ts)\(\d+,\d+\): error TS", str(found.value)))) == names
