"""Tables of measured rows, and the command that writes them into benchmarks/README.md."""
