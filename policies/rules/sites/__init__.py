"""Rules about sites."""
