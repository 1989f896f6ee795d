"""Measurements of the product beside its promises: `python -m bench`. Results are kept in docs/bench.md."""
