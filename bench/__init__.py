"""Benchmarks beside their peers: `python -m bench`. Everything is measured in one run, on the same servers, with the same files."""
