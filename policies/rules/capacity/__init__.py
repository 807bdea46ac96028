"""Capacity: whoever is left after a loss carries the load that falls to it."""
