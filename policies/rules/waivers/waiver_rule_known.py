"""Every waiver names a rule that there is, and that can be waived."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import WaiverFacts
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.wording import suggest


def find(facts: WaiverFacts) -> Iterator[Finding]:
    """Waivers of rules that nobody knows."""
    for index, waiver in enumerate(facts.topology.waivers):
        if waiver.rule not in facts.rules:
            message = f"there is no rule '{waiver.rule}'{suggest(waiver.rule, facts.rules)}"
            yield Finding(path=("waivers", index, "rule"), message=message)
        elif waiver.rule in facts.unwaivable:
            message = f"{waiver.rule} is about waivers, and nobody can waive that"
            yield Finding(path=("waivers", index, "rule"), message=message)


RULE = Rule(
    about="waiver",
    severity="medium",
    clauses=(cite("practice"),),
    fix="write the rule's id as `tricenter check` prints it",
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
  - rule: remote-distant
    target: chengdu
    reason: the second remote site opens next year
    owner: platform
    expires: 2999-12-31
""",
    find=find,
)
