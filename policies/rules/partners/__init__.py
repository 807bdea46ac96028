"""Rules about partners."""
