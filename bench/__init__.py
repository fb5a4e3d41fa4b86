"""Measured ratios, not tests: `python -m bench` prints the table that RESULTS.md holds."""
