"""`make bench`: how fast, how much, and how it grows (docs/benchmarks.md)."""
