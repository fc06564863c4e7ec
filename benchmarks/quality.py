"""Command `python -m benchmarks.quality`."""

from benchmarks.ranking.quality import main

if __name__ == "__main__":
    raise SystemExit(main())
