"""Every site of ours states the data of its building."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Sites of which nobody says what building they stand in; clouds run their own."""
    if facts.target != "lab":
        return
    for name, site in sorted(facts.topology.sites.items()):
        if "facility" not in site.model_fields_set:
            message = f"{name} states no facility, so power, cooling, fire and siting are unknown"
            path = ("sites", name, "facility")
            yield Finding(path=path, at="key", message=message, verdict="unknown")


RULE = Rule(
    severity="low",
    clauses=(cite("bank-2010", "art. 21 and 22(3)"), cite("gb50174", "annex A", "secondary")),
    fix="state the building's data as `facility` of the site",
    passes="sites: {tianfu: {facility: {stars: 4}}}",
    fails="sites: {tianfu: {facility: null}}",
    find=find,
)
