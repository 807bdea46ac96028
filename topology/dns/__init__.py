"""GeoDNS on clouds: the zone as Route 53 and Cloud DNS serve it, and where they differ."""

from tricenter.topology.dns.clouddns import compile_clouddns
from tricenter.topology.dns.clouddns_answers import clouddns_answers
from tricenter.topology.dns.clouddns_differences import clouddns_differences
from tricenter.topology.dns.difference import Difference, Service, expected, explain
from tricenter.topology.dns.naming import NameClash, label_of
from tricenter.topology.dns.route53 import (
    compile_route53,
)
from tricenter.topology.dns.route53_answers import route53_answers
from tricenter.topology.dns.route53_differences import route53_differences
from tricenter.topology.plan import PlannedRecord, PlannedZone

__all__ = [
    "Difference",
    "NameClash",
    "Service",
    "clouddns_answers",
    "compile_clouddns",
    "compile_route53",
    "differences",
    "expected",
    "explain",
    "route53_answers",
]


def differences(
    zone: PlannedZone, record: PlannedRecord, service: Service
) -> tuple[Difference, ...]:
    """Where a service answers for one record otherwise than the spec asks, in order of effect."""
    if service == "route53":
        return route53_differences(record)
    return clouddns_differences(label_of(zone, record), record)
