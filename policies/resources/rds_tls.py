"""Whether databases of RDS and Aurora refuse plain connections where no parameter says it.

Since which version the default parameters do differs by engine. Checked 2026-11-30:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
"""

import re

from tricenter.policies.resources.facts import Link
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.values import UNKNOWN, Known

SINCE = {"postgres": (15,), "aurora-postgresql": (17,)}
"""The first version of an engine whose default parameters refuse plain connections."""
UNSETTLED = {"mariadb": (11, 8), "mysql": (8, 4)}
"""From here on nobody has looked yet."""
FAMILY = re.compile(r"(?P<engine>[a-z-]+?)-?(?P<version>\d[\d.]*)?")
"""`aurora-postgresql16`, `mysql8.4`; an engine and what follows it."""
DEFAULT_GROUP = "default."
"""How the groups begin that the service makes itself, one for each family."""


def tls_of(made: Resource, property_name: str) -> Known[bool] | Link | None:
    """Where the parameters say it: in a group, or in the default of the engine's version; None for
    a replica, whose engine is that of its source."""
    group = made.link(property_name)
    if group is not None and group.name is not UNKNOWN and group.name.startswith(DEFAULT_GROUP):
        return tls_of_family(group.name.removeprefix(DEFAULT_GROUP))
    if group is not None:
        return group
    engine = made.text("engine")
    return None if engine is None else tls_by_version(engine, made.text("engineVersion"))


def tls_of_family(family: str) -> Known[bool]:
    """Whether a family's default parameters refuse plain connections."""
    found = FAMILY.fullmatch(family)
    return False if found is None else tls_by_version(found["engine"], found["version"])


def tls_by_version(engine: Known[str] | None, version: Known[str] | None) -> Known[bool]:
    """The same by engine and version; the newest is taken where no version is said."""
    if engine is None or engine is UNKNOWN:
        return UNKNOWN
    since = SINCE.get(engine)
    if since is None:
        unsettled = UNSETTLED.get(engine)
        return UNKNOWN if unsettled and _later(version, unsettled) is not False else False
    if version is None:
        # RDS takes its newest version; which one Aurora takes is said nowhere.
        return True if engine == "postgres" else UNKNOWN
    return _later(version, since)


def _later(version: Known[str] | None, since: tuple[int, ...]) -> Known[bool]:
    """Whether a version is this one or a later one; not known where none is said."""
    if version is None or version is UNKNOWN:
        return UNKNOWN
    digits = tuple(int(part) for part in re.findall(r"\d+", version))
    return digits[: len(since)] >= since
