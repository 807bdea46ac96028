"""Every site of ours states the data of its building."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.forecast.words import join

OF_BUILDINGS = frozenset({"gb50174", "uptime", "tia942", "stars"})
"""Standards about buildings: who claims one says what the building is."""


def find(facts: Facts) -> Iterator[Finding]:
    """Sites of which nobody says what building they stand in; clouds run their own."""
    if facts.target != "lab":
        return
    claims = facts.topology.standards.model_fields_set & OF_BUILDINGS
    for name, site in sorted(facts.topology.sites.items()):
        if "facility" not in site.model_fields_set:
            message = f"{name} states no facility, so power, cooling, fire and siting are unknown"
            if claims:
                message += f", but `standards` claims {join(sorted(claims))}"
            path = ("sites", name, "facility")
            verdict = "violation" if claims else "unknown"
            yield Finding(path=path, at="key", message=message, verdict=verdict)


RULE = Rule(
    severity="medium",
    clauses=(cite("bank-2010", "art. 21 and 22(3)"), cite("gb50174", "annex A", "secondary")),
    fix="state the building's data as `facility` of the site",
    passes="sites: {tianfu: {facility: {stars: 4}}}",
    fails="sites: {tianfu: {facility: null}}",
    find=find,
)
