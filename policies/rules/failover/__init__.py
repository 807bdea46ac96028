"""Failover: who decides, within which time, that only one leads, and that it was drilled."""
