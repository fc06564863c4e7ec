"""Command `python -m benchmarks.shilling`."""

from benchmarks.abuse.shilling import main

if __name__ == "__main__":
    raise SystemExit(main())
