"""The Pulumi components of a topology, the same on every target; each target is a folder."""
