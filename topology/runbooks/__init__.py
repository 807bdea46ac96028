"""Runbooks of clouds: what is pasted on each service, where no verb of ours does it."""
