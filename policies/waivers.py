"""Waivers: what one covers, when it has expired, and which were needed."""

from datetime import date

from tricenter.policies.rule import Finding
from tricenter.topology.errors import Path, join_path
from tricenter.topology.spec import Topology, Waiver


def covers(waiver: Waiver, rule: str, finding: Finding, topology: Topology) -> bool:
    """Whether a waiver is for this rule and for the thing that the finding is about."""
    return waiver.rule == rule and waiver.target in targets(finding, topology.name)


def is_expired(waiver: Waiver, today: date) -> bool:
    """Whether its last day is over; on the day `expires` itself it still holds."""
    return today > waiver.expires


def targets(finding: Finding, topology: str) -> frozenset[str]:
    """What a waiver may name for a finding.

    The place in the spec or a mapping around it (no whole section, which would cover what is added
    later), the thing's own name, the resource's URN or name; the topology's name where nothing is
    narrower.
    """
    found: set[str] = set()
    if finding.resource is not None:
        found |= {finding.resource, finding.resource.rpartition("::")[2]}
    path = finding.path or ()
    found |= {join_path(path[:length]) for length in range(min(2, len(path)), len(path) + 1)}
    found |= {str(step) for step in _named(path)}
    return frozenset(found or {topology})


def _named(path: Path) -> Path:
    """The name of the thing that a path leads into: `ledger-a` of `databases.ledger-a.commit`."""
    if path[:2] == ("dns", "records") or path[:2] == ("dns", "providers"):
        return path[2:3]
    return path[1:2] if path[:1] != ("dns",) else ()
