"""Waivers that expire soon: what a nightly run tells before a pull request is refused by it."""

from collections.abc import Iterator
from datetime import date, timedelta

from tricenter.policies.clauses import cite
from tricenter.policies.judge import Violation
from tricenter.policies.rule import Finding, Rule
from tricenter.policies.waivers import is_expired
from tricenter.topology.spec import Topology

EXPIRING = Rule(
    id="waiver-expiring",
    topic="waivers",
    sentence="No waiver expires within the time that was asked for.",
    about="waiver",
    severity="medium",
    clauses=(cite("practice"),),
    fix="keep the rule before that day, or give the waiver a later one with the reason that holds",
    passes="{}",
    fails="{}",
    find=lambda _: (),
)
"""Only asked with a time, so it is none of the rules that are found by looking into the folder."""


def find_expiring(topology: Topology, today: date, within: timedelta) -> Iterator[Violation]:
    """The waivers that still hold and will have expired when that time has passed."""
    for index, waiver in enumerate(topology.waivers):
        if not is_expired(waiver, today) and is_expired(waiver, today + within):
            left = (waiver.expires - today).days
            message = (
                f"the waiver of {waiver.rule} for {waiver.target} expires on {waiver.expires}, "
                f"{f'in {left} days' if left > 1 else 'tomorrow' if left else 'today'}: "
                f"{waiver.owner} must renew it or take it away"
            )
            finding = Finding(path=("waivers", index, "expires"), message=message)
            yield Violation(rule=EXPIRING, finding=finding, standing="violation")
