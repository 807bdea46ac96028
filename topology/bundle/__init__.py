"""Failover bundles: for each scenario the steps, calls and expected answers, made beforehand."""
