"""Benchmarks: the same data and the same work on both sides of every ratio."""
