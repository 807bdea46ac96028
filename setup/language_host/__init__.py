"""A small Python language host for the Pulumi engine, for where the official one is missing."""
