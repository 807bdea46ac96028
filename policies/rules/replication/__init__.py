"""Rules about replication."""
