"""Roles: who leads each database now, and the verbs that change it, one module a target."""
