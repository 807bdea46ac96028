"""docs/rules.md: every rule by topic, and which tool outside has it too."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from tricenter.policies.clauses import CHECKED, SOURCES, Clause
from tricenter.policies.rule import SEVERITIES, Rule
from tricenter.policies.tools import TOOLS, tool_of

HEAD = """# Rules

Generated from `policies/rules/` by `tricenter rules --format markdown`; a test compares.
Each rule is one file there.

A rule of severity critical, high or medium refuses a topology; one of severity low only speaks.
Rules about the *spec* are judged by `tricenter check`, by the components while `pulumi up` runs
the program, and by the policy pack; rules about *resources* by the policy pack, for everything in
a stack, also what tricenter did not make. What cannot be judged (nothing is stated, nothing was
drilled yet, a value is not known at preview) is `unknown`: shown, and never taken for kept.

Examples of rules about specs are pieces that are merged into `stacks/ledger.yaml`: a key given as
`null` is taken away, a list is replaced as a whole. Those of rules about resources are lists of
resources with their properties.
"""
MEANT = {
    "primary": "read in the text itself",
    "secondary": "read in a text about it",
    "seed": "stated by the article that this project starts from",
    "practice": "practice of the field, no clause",
    "background": "widely known, **not verified**",
}
READ = (
    ("checkov", "bridgecrewio/checkov", "03d5fdad8d"),
    ("prowler, and its list of Security Hub's controls", "prowler-cloud/prowler", "3e000faa31"),
    ("Pulumi's compliance-policies", "pulumi/compliance-policies", "712a90175"),
    ("AWSGuard", "pulumi/pulumi-policy-aws", "4355f3b"),
    ("AWS Config's rules in conformance packs", "awslabs/aws-config-rules", "b54d4a6"),
    ("trivy (`AVD-`)", "aquasecurity/trivy-checks", "80e53822"),
    ("APRL", "Azure/Azure-Proactive-Resiliency-Library-v2", "9b93db71"),
    ("cfn-lint", "aws-cloudformation/cfn-lint", "217397c81"),
)
"""What the ids of other tools were looked up in: what, repository on GitHub, commit."""
READ_ON = "2026-11-25"
"""When every id was looked up there; the topics were compared first on 2026-11-23."""
NOT_VERIFIED = " (not verified)"
"""How an id ends that was found nowhere."""
COVERAGE = f"""## Who else has it

Ids of rules that ask for the same or for a part of it. The topics were compared on {CHECKED}; every
id was looked up on {READ_ON} in the tool's own repository, at the commit named here, and its
title or description read (of AWS Config the name, which is all that conformance packs have):

{{read}}

Of Backup Audit Manager, Trusted Advisor and AWS Config's rules about restore times, AWS's own
documentation was read, in public copies. AWS's lists, prowler and APRL (Azure's Proactive
Resiliency Library, ids shortened to eight digits) judge what runs in an account; the others read
programs.

In parentheses: the part that an id asks for, the parameter that makes it ask, or the product that
it is about; "by hand" means that the tool lists it for a person to look at and checks nothing.
{{unsure}} of {{count}} ids end in "{NOT_VERIFIED.strip()}": found nowhere, kept as a hint. "-"
means that a search of those repositories found none; it is no proof.
"""


def rules_page(rules: Sequence[Rule]) -> str:
    """The page as Markdown, ending in a line break."""
    return "\n".join([HEAD, *_contents(rules), *_topics(rules), *_coverage(rules)]).rstrip() + "\n"


def explain(rule: Rule) -> str:
    """One rule as Markdown: what it says, why, the way out, and its two examples."""
    kinds = {"spec": "the spec", "resource": "resources", "waiver": "waivers"}
    parts = [
        f"### {rule.id}",
        "",
        rule.sentence,
        "",
        f"Severity **{rule.severity}**, about {kinds[rule.about]}. To keep it: {rule.fix}.",
        "",
        *(f"- {_citation(clause)}" for clause in rule.clauses),
        *(["- also in: " + ", ".join(rule.also_in)] if rule.also_in else []),
        "",
        *_example("passes", rule.passes),
        *_example("fails", rule.fails),
    ]
    return "\n".join(parts)


def _contents(rules: Sequence[Rule]) -> Iterator[str]:
    by_severity = {s: sum(rule.severity == s for rule in rules) for s in SEVERITIES}
    counted = ", ".join(f"{count} {severity}" for severity, count in by_severity.items())
    yield f"{len(rules)} rules: {counted}.\n"
    yield "| topic | rules |\n| --- | --- |"
    for topic, group in _by_topic(rules):
        linked = ", ".join(f"[{rule.id}](#{rule.id})" for rule in group)
        yield f"| {topic} | {linked} |"
    yield ""


def _topics(rules: Sequence[Rule]) -> Iterator[str]:
    for topic, group in _by_topic(rules):
        yield f"## {topic.capitalize()}\n"
        yield from (explain(rule) for rule in group)


def _coverage(rules: Sequence[Rule]) -> Iterator[str]:
    alone = [rule for rule in rules if not rule.also_in]
    known = {known for rule in rules for known in rule.also_in}
    yield COVERAGE.format(
        read="\n".join(f"- {name}: {place} at {commit}" for name, place, commit in READ),
        unsure=sum(one.endswith(NOT_VERIFIED) for one in known),
        count=len({one.split(" (")[0] for one in known}),
    )
    yield f"{len(rules) - len(alone)} of {len(rules)} rules have a relative elsewhere.\n"
    yield "| rule | " + " | ".join(TOOLS) + " |"
    yield "| --- |" + " --- |" * len(TOOLS)
    for rule in rules:
        cells = [
            ", ".join(known for known in rule.also_in if tool_of(known) == tool) or "-"
            for tool in TOOLS
        ]
        yield f"| {rule.id} | " + " | ".join(cells) + " |"


def _citation(clause: Clause) -> str:
    source = SOURCES[clause.source]
    number = f", {clause.number}" if clause.number else ""
    sure = MEANT[clause.confidence]
    return f"{source.name} ({source.date}){number}: {sure} ({source.read}, {CHECKED})"


def _example(verdict: str, text: str) -> Iterator[str]:
    yield f"{verdict}:\n\n```yaml\n{text.strip()}\n```\n"


def _by_topic(rules: Iterable[Rule]) -> Iterator[tuple[str, list[Rule]]]:
    ordered = sorted(rules, key=lambda rule: (rule.topic, SEVERITIES.index(rule.severity), rule.id))
    for topic, group in groupby(ordered, key=lambda rule: rule.topic):
        yield topic, list(group)
