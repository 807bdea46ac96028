"""What changes from one spec of a topology to another, without an engine and without a cloud."""
