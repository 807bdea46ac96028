"""Whether the answer of a DNS record is checked, by whatever checks it; and why it is not."""

from tricenter.policies.resources.dns_facts import Alarm, HealthCheck, Record
from tricenter.policies.resources.facts import Link
from tricenter.policies.resources.graph import Graph
from tricenter.policies.resources.names import key_of
from tricenter.policies.resources.values import UNKNOWN, Known

NO_CHECK = "is answered without a health check: clients are sent to what is dead"
UNEVALUATED = (
    "is an alias that does not go by its target's health: clients are sent to what is dead"
)
NEVER_ILL = {
    "aws:s3/": "S3 bucket",
    "aws:cloudfront/": "CloudFront distribution",
    "aws:apigateway": "gateway of API Gateway",
    "aws:ec2/vpcEndpoint": "VPC endpoint",
}
"""What an alias can lead to without ever hearing that it is down. Checked 2026-11-30:
https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html"""
NEVER_ILL_NAMES = {
    ".cloudfront.net": "CloudFront distribution",
    ".vpce.amazonaws.com": "VPC endpoint",
    "s3-website": "S3 bucket",
    ".execute-api.": "gateway of API Gateway",
}


def flaw(graph: Graph, record: Record, seen: frozenset[str] = frozenset()) -> Known[str] | None:
    """Why a record is answered whatever becomes of what it leads to; None if it is checked."""
    if record.check is not None:
        found = graph.find(record.check, HealthCheck)
        wrong = never_changes(graph, found) if isinstance(found, HealthCheck) else None
        if not isinstance(found, HealthCheck) or wrong is None or wrong is UNKNOWN:
            return wrong  # also one that is made only now
        if record.evaluates is not True:
            return f"has {found.title}, which {wrong}"
    if record.evaluates is not None:
        return _of_alias(graph, record, seen)
    if record.checked is UNKNOWN:
        return UNKNOWN
    return NO_CHECK if record.checked is False else None


def never_changes(
    graph: Graph, check: HealthCheck, seen: frozenset[str] = frozenset()
) -> Known[str] | None:
    """Why a health check says the same for ever; None if it does not."""
    if check.flaw is not None or check.place.urn in seen:
        return check.flaw
    if check.trusting is not False and not _heard(graph, check):
        return UNKNOWN if check.trusting is UNKNOWN else "takes an alarm without data for healthy"
    inside = seen | {check.place.urn}
    parts = {
        part.place.urn
        for link in check.children
        for part in graph.all(link, HealthCheck)
        if isinstance(never_changes(graph, part, inside), str)
    }
    if isinstance(check.threshold, float) and 0 < check.threshold <= len(parts):
        return "has so many parts that never change that it does not either"
    return None


def _heard(graph: Graph, check: HealthCheck) -> bool:
    """Whether the alarm goes off by itself where there are no data."""
    alarm = graph.find(check.alarm, Alarm)
    return isinstance(alarm, Alarm) and alarm.heard is True


def _of_alias(graph: Graph, record: Record, seen: frozenset[str]) -> Known[str] | None:
    """An alias is as healthy as what it leads to: other records of the zone, each of which counts
    as healthy without a check of its own, or a service."""
    if record.evaluates is UNKNOWN:
        return UNKNOWN
    if record.place.urn in seen or record.alias is None:
        return None
    targets = _targets(graph, record, record.alias)
    if not record.evaluates:
        return _unevaluated(graph, record, targets, seen)
    if not targets:
        what = _never_ill(record.alias)
        return what and f"is an alias of a {what}, which Route 53 never takes for dead"
    inside = seen | {record.place.urn}
    found = [(target, flaw(graph, target, inside)) for target in targets]
    for target, wrong in found:
        if isinstance(wrong, str):
            return f"is an alias of {target.title}, which {wrong}"
    return UNKNOWN if any(wrong is UNKNOWN for _, wrong in found) else None


def _unevaluated(
    graph: Graph, record: Record, targets: tuple[Record, ...], seen: frozenset[str]
) -> Known[str] | None:
    """An alias that does not ask is as good as one that does only where its target never has
    nothing to answer: several records which choose among themselves by health."""
    inside = seen | {record.place.urn}
    chosen = len(targets) > 1 and all(one.routing not in ("simple", "geo") for one in targets)
    if not chosen or record.routing == "failover":
        return UNEVALUATED
    wrong = [flaw(graph, one, inside) for one in targets if one.last is not True]
    if any(isinstance(one, str) for one in wrong):
        return UNEVALUATED
    return UNKNOWN if UNKNOWN in wrong else None


def _targets(graph: Graph, record: Record, alias: Link) -> tuple[Record, ...]:
    """The records that an alias leads to: all of the name and kind, if it is one of the zone."""
    zone, _, kind = key_of(graph, record)
    if alias.name is UNKNOWN:
        names = {
            key_of(graph, one)[1]
            for one in graph.of(Record)
            if one.place.urn in alias.urns and one is not record
        }
    else:
        names = {alias.name.lower().rstrip(".")}
    return tuple(
        one
        for one in graph.of(Record)
        if key_of(graph, one)[1] in names and key_of(graph, one)[::2] == (zone, kind)
    )


def _never_ill(alias: Link) -> str | None:
    if isinstance(alias.name, str):
        name = alias.name.lower().rstrip(".")
        return next((what for end, what in NEVER_ILL_NAMES.items() if end in f"{name}."), None)
    types = [urn.split("::")[-2].rpartition("$")[2] for urn in alias.urns if "::" in urn]
    return next(
        (what for start, what in NEVER_ILL.items() if any(t.startswith(start) for t in types)), None
    )
