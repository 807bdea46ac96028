"""One zone on both clouds at once: what each has of it, and which name servers to name."""

from collections.abc import Iterable
from dataclasses import dataclass

from tricenter.topology.dns import clouddns, clouddns_records, route53
from tricenter.topology.plan import PlannedZone


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """Both clouds' record sets of one zone. Neither is signed: two signers need keys in common."""

    route53: route53.Tree
    clouddns: clouddns_records.Tree


def compile_joint(zone: PlannedZone) -> Joint:
    """The zone on Route 53 and Cloud DNS; raises NameClash."""
    return Joint(route53=route53.compile_route53(zone), clouddns=clouddns.compile_clouddns(zone))


def joint_name_servers(*served: Iterable[str]) -> tuple[str, ...]:
    """The servers that the registrar and the zone's own NS records have to name, sorted.

    One trailing dot and small letters, since Route 53 gives them without and Cloud DNS with it.
    """
    return tuple(sorted({f"{name.lower().rstrip('.')}." for names in served for name in names}))
