"""Benchmarks: what the project promises of speed and memory, measured beside the plain way."""
