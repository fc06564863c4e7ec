"""The layout of the repository."""

import re

from tests.architecture.sources import ROOT, tracked

TOP_LEVEL = {
    "accounts", "benchmarks", "config", "demo", "docs", "ml", "recommendations", "shop", "static", "templates",
    "tests", ".ci",
}  # fmt: skip


def test_only_the_agreed_folders_at_the_top():
    folders = {path.relative_to(ROOT).parts[0] for path in tracked() if len(path.relative_to(ROOT).parts) > 1}

    assert folders <= TOP_LEVEL


def test_no_dumping_ground():
    names = {path.stem for path in tracked("*.py")} | {path.parent.name for path in tracked("*.py")}

    assert names.isdisjoint({"utils", "helpers", "common", "misc"})


def test_nothing_reads_the_environment_but_config_env():
    readers = {
        str(path.relative_to(ROOT))
        for path in tracked("accounts/*.py", "config/*.py", "demo/*.py", "ml/*.py", "recommendations/*.py", "shop/*.py")
        if re.search(r"os\.(environ\b(?!\.setdefault)|getenv)", path.read_text())
    }

    assert readers == set()


def test_no_pickle_anywhere():
    loaders = re.compile(
        r"^\s*(?:import|from) (?:pickle|joblib|dill|cloudpickle|shelve)\b|allow_pickle=True", re.MULTILINE
    )
    # Tests may make such files, to see them refused.
    sources = [path for path in tracked("*.py") if path.relative_to(ROOT).parts[0] != "tests"]
    found = {str(path.relative_to(ROOT)) for path in sources if loaders.search(path.read_text())}

    assert found == set()
    assert len(sources) > 100


def test_templates_hold_no_inline_script_or_style():
    """The content security policy forbids both; a page that needs them would break in the browser only."""
    inline = re.compile(r"<style\b|<script(?![^>]*(\bsrc=|type=\"application/(ld\+)?json\"))|\sstyle=\"|\son[a-z]+=\"")
    found = {
        str(path.relative_to(ROOT)): match.group()
        for path in tracked("templates/*.html")
        if (match := inline.search(path.read_text()))
    }

    assert found == {}


def test_lock_files_name_no_download_address():
    address = re.compile(r"^--(extra-)?index-url|^--find-links|\"resolved\": *\"http|file:///", re.MULTILINE)
    found = {
        str(path.relative_to(ROOT))
        for path in tracked("requirements*", "package-lock.json")
        if address.search(path.read_text())
    }

    assert found == set()
