"""Rules about failover."""
