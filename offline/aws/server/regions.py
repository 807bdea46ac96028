"""Regions that a drill has taken away: every call to them fails until they are given back."""

from tricenter.offline.aws.server.call import Scope
from tricenter.offline.aws.server.tables import Tables
from tricenter.topology.endpoints import home_region

PLACE = ("", "", "lost regions")


def lost(tables: Tables, region: str) -> bool:
    """Whether a region does not answer now."""
    return region in tables.of(*PLACE)


def place_of(scope: Scope | None) -> str | None:
    """The region in which a request is answered: of a service with one home not whence it comes."""
    if scope is None:
        return None
    try:
        return home_region("aws", scope.service, scope.region)
    except KeyError:
        return scope.region


def lose(tables: Tables, region: str) -> None:
    """Take a region away."""
    tables.of(*PLACE)[region] = {}


def give_back(tables: Tables, region: str) -> None:
    """Let a region answer again."""
    tables.of(*PLACE).pop(region, None)
