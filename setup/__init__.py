"""Brings what a machine is missing, and says what it cannot bring."""
