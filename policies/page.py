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
"""
MEANT = {
    "primary": "read in the text itself",
    "secondary": "read in a text about it",
    "seed": "stated by the article that this project starts from",
    "practice": "practice of the field, no clause",
    "background": "widely known, **not verified**",
}
COVERAGE = f"""## Who else has it

Ids of rules that ask for the same or for a part of it, as read in the tools' repositories on
{CHECKED}: AWS Config's and Security Hub's lists, checkov, prowler, Pulumi's compliance-policies
and AWSGuard, and others (Azure's Proactive Resiliency Library, trivy, Trusted Advisor, cfn-lint).
"-" means that a search of those repositories found none; it is no proof.
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
    yield COVERAGE
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
