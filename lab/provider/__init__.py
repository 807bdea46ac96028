"""The Pulumi provider plugin of the lab: the only place below lab/ that knows Pulumi."""
