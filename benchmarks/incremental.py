"""Command `python -m benchmarks.incremental`."""

from benchmarks.training.incremental import main

if __name__ == "__main__":
    raise SystemExit(main())
