"""Route 53's health checks: which of them never change their mind, and why.

What is switched off is healthy for ever, also what needs none of its parts; what is turned round is
healthy while it finds nothing. Checked 2026-11-30 in botocore's model of 2013-04-01 and at
https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
"""

from collections.abc import Iterator

from tricenter.policies.resources.dns_facts import Alarm, HealthCheck
from tricenter.policies.resources.facts import Fact
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.values import UNKNOWN, Known, each

MAY_BE_INVERTED = frozenset({"CLOUDWATCH_METRIC", "RECOVERY_CONTROL"})
"""Where being turned round is a way to say which state of the alarm or switch is the good one."""
TRUSTING = frozenset({"Healthy", "LastKnownStatus"})
"""What makes health of silence: the last that was known of a lost region was good."""


def check(made: Resource) -> Iterator[Fact]:
    """A health check."""
    kind = made.text("type")
    calculated = kind == "CALCULATED"
    yield HealthCheck(
        place=made.place,
        title=f"health check {made.name}",
        identities=made.identities(),
        flaw=_flaw(made, kind),
        children=made.links("childHealthchecks") if calculated else (),
        threshold=made.number("childHealthThreshold") if calculated else None,
        alarm=made.link("cloudwatchAlarmName") if kind == "CLOUDWATCH_METRIC" else None,
        trusting=_trusting(made) if kind == "CLOUDWATCH_METRIC" else False,
    )


def alarm(made: Resource) -> Iterator[Fact]:
    """An alarm of CloudWatch, as far as it is about silence."""
    treated = made.text("treatMissingData")
    yield Alarm(
        place=made.place,
        title=f"alarm {made.name}",
        identities=made.identities("name"),
        heard=UNKNOWN if treated is UNKNOWN else treated == "breaching",
    )


def _flaw(made: Resource, kind: Known[str] | None) -> Known[str] | None:
    disabled, inverted = made.flag("disabled"), made.flag("invertHealthcheck")
    if disabled is True:
        return "is disabled, which Route 53 takes for healthy"
    if inverted is True and kind is not UNKNOWN and kind not in MAY_BE_INVERTED:
        return "is turned round: it is healthy while what it asks is dead"
    if UNKNOWN in (disabled, inverted, kind):
        return UNKNOWN
    return _counted(made) if kind == "CALCULATED" else None


def _counted(made: Resource) -> Known[str] | None:
    needed = made.number("childHealthThreshold")
    given = made.read("childHealthchecks")
    if needed is UNKNOWN or needed is None or given is UNKNOWN:
        return UNKNOWN
    children = len(list(each(given)))
    if needed == 0:
        return "needs none of its parts, and is always healthy"
    if needed > children:
        return f"needs {needed:g} of {children} parts, and is never healthy"
    return None


def _trusting(made: Resource) -> Known[bool]:
    said = made.text("insufficientDataHealthStatus")
    # What the service takes where nothing is said stands in none of its documents.
    return UNKNOWN if said is None or said is UNKNOWN else said in TRUSTING


READS = {
    "aws:route53/healthCheck:HealthCheck": check,
    "aws:cloudwatch/metricAlarm:MetricAlarm": alarm,
}
