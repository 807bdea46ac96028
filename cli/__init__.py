"""The `tricenter` command."""
