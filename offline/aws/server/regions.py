"""Regions that a drill has taken away: every call to them fails until they are given back."""

from tricenter.offline.aws.server.tables import Tables

PLACE = ("", "", "lost regions")


def lost(tables: Tables, region: str) -> bool:
    """Whether a region does not answer now."""
    return region in tables.of(*PLACE)


def lose(tables: Tables, region: str) -> None:
    """Take a region away."""
    tables.of(*PLACE)[region] = {}


def give_back(tables: Tables, region: str) -> None:
    """Let a region answer again."""
    tables.of(*PLACE).pop(region, None)
