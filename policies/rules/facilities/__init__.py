"""Rules about facilities."""
