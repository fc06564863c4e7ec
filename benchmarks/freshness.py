"""Command `python -m benchmarks.freshness`."""

from benchmarks.live.freshness import main

if __name__ == "__main__":
    raise SystemExit(main())
