"""Backups of the lab: the scheduler and its clock, the repository, the vault, and restores."""
