"""Pairs of losses, one soon after the other, against writing clients: `python -m tests.pairs`."""
