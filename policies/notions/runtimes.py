"""What runs a database on the target: Patroni of our own, or a cloud's managed service."""

from tricenter.policies.facts import Facts
from tricenter.topology.placement import service_of

OWN = ("patroni", "self-managed")


def is_own(facts: Facts, database: str) -> bool:
    """Whether a database is under our own Patroni, whose voices stand in our sites."""
    return service_of(facts.topology, database, facts.target) in OWN


def has_own_voices(facts: Facts) -> bool:
    """Whether any database asks the store (etcd) of our own who leads."""
    return any(is_own(facts, name) for name in facts.topology.databases)
