"""Command `python -m benchmarks.shoppers`."""

from benchmarks.live.shoppers import main

if __name__ == "__main__":
    raise SystemExit(main())
