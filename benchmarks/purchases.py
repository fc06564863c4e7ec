"""Command `python -m benchmarks.purchases`."""

from benchmarks.ranking.purchases import main

if __name__ == "__main__":
    raise SystemExit(main())
