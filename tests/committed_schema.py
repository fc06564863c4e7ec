"""The committed API schema, read once in each test process."""

from typing import Any

import yaml

from config.api.schema import SCHEMA_FILE

COMMITTED: dict[str, Any] = yaml.load(SCHEMA_FILE.read_text(), yaml.CSafeLoader)  # noqa: S506 the safe loader in C
PATHS: dict[str, Any] = COMMITTED["paths"]
