"""What can be set or typed must be described: the documents are held against the code."""

import re
import subprocess
from pathlib import Path

from django.core.management import get_commands
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[2]
OWN_APPS = {"accounts", "config", "demo", "recommendations", "shop"}


def documentation() -> str:
    return "\n".join(path.read_text() for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))])


def test_every_environment_variable_is_in_the_example_file():
    source = "\n".join(path.read_text() for path in (ROOT / "config").rglob("*.py"))
    of_compose = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    read = set(
        re.findall(r"(?:\benv\.)?\b(?:text|flag|whole_number|names|url|rates|days|time_zone)\(\"([A-Z_]+)\"", source)
    )
    described = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert read | of_compose == described
    assert len(read) > 10


def test_every_own_command_is_documented():
    own = {name for name, app in get_commands().items() if app in OWN_APPS}

    assert {name for name in own if name not in documentation()} == set()
    assert "import_products" in own


def api_paths(resolver: URLResolver, prefix: str = "") -> set[str]:
    found: set[str] = set()
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found |= api_paths(entry, path)
        elif isinstance(entry, URLPattern) and path.startswith("api/v1/"):
            found.add("/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path))
    return found


def test_every_api_address_is_documented():
    text = documentation()

    assert {path for path in api_paths(get_resolver()) if path not in text} == set()


def test_make_help_lists_the_commands_of_the_readme():
    listing = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    for target in ("run", "test", "check", "setup"):
        assert f"make {target} " in listing
        assert f"make {target}" in (ROOT / "README.md").read_text()
