"""The committed API schema, read once in each test process."""

from typing import Any

import yaml

from config.api.schema import SCHEMA_FILE


def parsed(text: str | bytes) -> dict[str, Any]:
    """Return a schema in YAML as Python values."""
    schema: dict[str, Any] = yaml.load(text, yaml.CSafeLoader)  # noqa: S506 the safe loader in C
    return schema


COMMITTED = parsed(SCHEMA_FILE.read_text())
PATHS: dict[str, Any] = COMMITTED["paths"]
