"""Clouds emulated at their HTTP API on this machine, for work without an account or a network."""
