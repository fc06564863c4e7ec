"""Options that name several things, separated by commas."""

from __future__ import annotations

from collections.abc import Sequence


class OptionError(ValueError):
    """An option has a value that cannot be used; the text says which are possible."""


def names_in(given: str | None) -> list[str]:
    """Return the names of an option, each once; none for None."""
    return list(dict.fromkeys(name.strip() for name in (given or "").split(",") if name.strip()))


def known_names(names: Sequence[str], known: Sequence[str], kind: str) -> list[str]:
    """Return the names as a list; raise OptionError for one that is not known."""
    for name in names:
        if name not in known:
            raise OptionError(f"no {kind} is called {name!r}; there are {', '.join(known)}")
    return list(names)
