"""Every site of ours is connected by at least two carriers."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule

LEAST = 2


def find(facts: Facts) -> Iterator[Finding]:
    """Sites that one carrier cuts off; on clouds only those that state carriers of their own."""
    for name, site in sorted(facts.topology.sites.items()):
        carriers = set(site.carriers)
        if not carriers and facts.target == "lab":
            message = f"{name} does not state which carriers connect it"
            yield Finding(path=("sites", name, "carriers"), at="key", message=message)
        elif carriers and len(carriers) < LEAST:
            message = f"{name} is cut off once {carriers.pop()} fails: it is the only carrier"
            yield Finding(path=("sites", name, "carriers"), message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("bank-2010", "art. 23"), cite("tia942", "rating 3", "secondary")),
    fix="connect a second carrier, and name both under `carriers`",
    also_in=(
        "Trusted Advisor 0t121N1Ty3 (Direct Connect)",
        "Trusted Advisor 8M012Ph3U5 (Direct Connect)",
    ),
    passes="sites: {tianfu: {carriers: [cm, cu]}}",
    fails="sites: {tianfu: {carriers: [cm]}}",
    find=find,
)
