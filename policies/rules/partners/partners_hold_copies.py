"""At least two partners hold every database: the last resort."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule

LEAST = 2


def find(facts: Facts) -> Iterator[Finding]:
    """Databases that nobody could rebuild once every site and vault is gone."""
    topology = facts.topology
    for name in sorted(topology.databases):
        holders = [
            who for who, partner in sorted(topology.partners.items()) if name in partner.holds
        ]
        if len(holders) < LEAST:
            held = f"only {holders[0]} holds" if holders else "no partner holds"
            message = f"{held} the transactions of {name}; {LEAST} partners are asked for"
            yield Finding(path=("databases", name), at="key", message=message)


RULE = Rule(
    severity="medium",
    clauses=(cite("seed", "last resort", "seed"),),
    fix="name a further partner that holds the same transactions under `partners`",
    passes="partners: {bank-3: {holds: [ledger-a], at: [22.54, 114.06], stream: true}}",
    fails="partners: {bank-2: {holds: [ledger-a]}}",
    find=find,
)
