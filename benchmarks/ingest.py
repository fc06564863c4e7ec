"""Command `python -m benchmarks.ingest`."""

from benchmarks.live.ingest import main

if __name__ == "__main__":
    raise SystemExit(main())
