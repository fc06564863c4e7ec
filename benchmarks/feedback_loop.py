"""Command `python -m benchmarks.feedback_loop`."""

from benchmarks.abuse.feedback_loop import main

if __name__ == "__main__":
    raise SystemExit(main())
