"""The shape of files: length, functions, docstrings, and tests at the same path."""

import ast
import re
from statistics import median

from tests.architecture.sources import PACKAGES, ROOT, Source, sources, sources_of

LONGEST_FILE, LONGEST_FUNCTION = 300, 60
LEAST_MEDIAN, MOST_MEDIAN = 50, 90
LEAST_SHARE_WITH_TESTS = 0.8
RIDDLE = re.compile(r"(What|Which|How|Who|Where|When|Why)\b")


def test_no_python_file_is_longer_than_agreed():
    assert {str(source.path): source.lines for source in sources() if source.lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_agreed():
    long = {
        f"{source.path}:{function.lineno} {function.name}": lines
        for source in sources()
        for function in source.functions
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    }

    assert long == {}


def test_the_usual_file_is_read_at_a_glance():
    lines = [source.lines for source in sources_of(*PACKAGES) if source.lines]

    assert LEAST_MEDIAN <= median(lines) <= MOST_MEDIAN


def test_a_module_says_what_it_is_and_not_what_it_answers():
    riddles = [
        f"{source.path}: {docstring.splitlines()[0]}"
        for source in sources_of(*PACKAGES)
        if RIDDLE.match(docstring := ast.get_docstring(source.tree) or "")
    ]

    assert riddles == []


def has_logic(source: Source) -> bool:
    """Tell whether a function of the file decides or computes something, rather than names it."""
    return any(len(function.body) > 2 for function in source.functions)


def has_tests(source: Source) -> bool:
    """Tell whether there are tests at the same path: test_NAME*.py, or a folder NAME with tests."""
    folder, name = ROOT / "tests" / source.path.parent, source.path.stem
    return any(folder.glob(f"test_{name}*.py")) or any((folder / name).glob("test_*.py"))


def test_logic_has_its_tests_at_the_same_path():
    logic = [source for source in sources_of(*PACKAGES) if has_logic(source) and source.path.stem != "__init__"]
    without = [str(source.path) for source in logic if not has_tests(source)]

    assert len(logic) > 100
    assert len(without) / len(logic) <= 1 - LEAST_SHARE_WITH_TESTS, "\n".join(without)
