"""Copies of databases: where they are, what a commit waits for, what may be lost."""
