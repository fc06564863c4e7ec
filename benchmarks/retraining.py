"""Command `python -m benchmarks.retraining`."""

from benchmarks.live.retraining import main

if __name__ == "__main__":
    raise SystemExit(main())
