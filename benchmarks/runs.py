"""Command `python -m benchmarks.runs`."""

from benchmarks.search.runs import main

if __name__ == "__main__":
    raise SystemExit(main())
