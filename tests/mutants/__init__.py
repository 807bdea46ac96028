"""Breakages of the code, each with the tests that catch it, and what proves that they still do."""
