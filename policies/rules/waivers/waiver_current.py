"""No waiver has expired."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import WaiverFacts
from tricenter.policies.rule import Finding, Rule
from tricenter.policies.waivers import is_expired


def find(facts: WaiverFacts) -> Iterator[Finding]:
    """Waivers whose last day is over."""
    for index, waiver in enumerate(facts.topology.waivers):
        if is_expired(waiver, facts.today):
            message = (
                f"the waiver of {waiver.rule} for {waiver.target} expired on {waiver.expires}: "
                f"{waiver.owner} must renew it or take it away"
            )
            yield Finding(path=("waivers", index, "expires"), message=message)


RULE = Rule(
    about="waiver",
    severity="medium",
    clauses=(cite("practice"),),
    fix="keep the rule, or give the waiver a later day with the reason that still holds",
    passes="""
cities: {chengdu: {at: [31.23, 121.47]}}
waivers:
  - rule: remote-distance
    target: chengdu
    reason: the second remote site opens next year
    owner: platform
    expires: 2999-12-31
""",
    fails="""
cities: {chengdu: {at: [31.23, 121.47]}}
waivers:
  - rule: remote-distance
    target: chengdu
    reason: the second remote site opens next year
    owner: platform
    expires: 2020-12-31
""",
    find=find,
)
