"""The documents describe every setting, command and address, and name nothing that does not exist."""

import re
import subprocess
from importlib.util import find_spec

from django.core.management import get_commands, load_command_class
from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.documents import named_paths, shell_commands
from tests.architecture.sources import ROOT, tracked

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


def test_commands_of_manage_py_exist_with_their_options():
    commands, wrong = get_commands(), []
    called = [
        (document.name, *match.groups())
        for document, command in shell_commands()
        if (match := re.search(r"\bmanage\.py (\w+)(.*)", command))
    ]
    for document, name, arguments in called:
        if name not in commands:
            wrong.append(f"{document}: {name}")
            continue
        known = load_command_class(commands[name], name).create_parser("manage.py", name)._option_string_actions
        options = re.findall(r"(?<=\s)--?[a-z][a-z-]*", arguments.partition(" > ")[0])
        wrong += [f"{document}: {name} {option}" for option in options if option not in known]

    assert wrong == []
    assert len(called) > 10


def test_benchmarks_exist_with_their_options():
    sources = "\n".join(path.read_text() for path in tracked("benchmarks/*.py"))
    called = [
        (document.name, *match.groups())
        for document, command in shell_commands()
        if (match := re.search(r"\bpython -m (benchmarks[\w.]*)(.*)", command))
    ]
    wrong = [f"{document}: {name}" for document, name, _ in called if not is_program(name)]
    wrong += [
        f"{document}: {name} {option}"
        for document, name, arguments in called
        for option in re.findall(r"(?<=\s)--[a-z][a-z-]*", arguments)
        if f'"{option}"' not in sources
    ]

    assert wrong == []
    assert len(called) > 5


def is_program(module: str) -> bool:
    """Tell whether `python -m` can run a module."""
    spec = find_spec(module)
    return spec is not None and (spec.submodule_search_locations is None or find_spec(f"{module}.__main__") is not None)


def test_targets_of_make_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    called = {name for _, command in shell_commands() for name in re.findall(r"\bmake ([a-z-]+)", command)}

    assert {"run", "test"} <= called <= targets


def test_files_that_are_named_exist():
    missing = {
        f"{document.relative_to(ROOT)}: {path}"
        for document, path in named_paths()
        if not (ROOT / path).exists() and not (document.parent / path).exists()
    }

    assert missing == set()
    assert len(named_paths()) > 20
