"""Every waiver covers something."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import WaiverFacts
from tricenter.policies.rule import Finding, Rule
from tricenter.policies.waivers import is_expired


def find(facts: WaiverFacts) -> Iterator[Finding]:
    """Waivers of rules that were judged and did not need them; expired ones are said already."""
    for index, waiver in enumerate(facts.topology.waivers):
        if index in facts.used or is_expired(waiver, facts.today):
            continue
        if waiver.rule in facts.rules - facts.judged - facts.unwaivable:
            message = f"{waiver.rule} is judged in a stack: only the policy pack can say if it is"
            yield Finding(path=("waivers", index), message=message, verdict="unknown")
        elif waiver.rule in facts.judged:
            message = f"nothing about {waiver.target} needs this waiver of {waiver.rule}"
            yield Finding(path=("waivers", index), message=message)


RULE = Rule(
    about="waiver",
    severity="low",
    clauses=(cite("practice"),),
    fix="take the waiver away, or name the target that it is for",
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
waivers:
  - rule: remote-distance
    target: chengdu
    reason: the second remote site opens next year
    owner: platform
    expires: 2999-12-31
""",
    find=find,
)
