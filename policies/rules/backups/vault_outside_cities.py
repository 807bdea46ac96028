"""A vault stands in none of the cities that have sites."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.places import is_placed
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.links import city_around


def find(facts: Facts) -> Iterator[Finding]:
    """Vaults that are lost together with a site; unknown where one does not say where it stands."""
    topology = facts.topology
    cities = {site.city for site in topology.sites.values()}
    for name, vault in sorted(topology.vaults.items()):
        city = city_around(topology, vault)
        if not is_placed(vault):
            message = f"{name} does not say where it stands, so nobody knows what takes it"
            yield Finding(path=("vaults", name), at="key", message=message, verdict="unknown")
        elif city in cities:
            key = "at" if vault.city is None else "city"
            message = f"{name} stands in {city}, so what takes that city takes the vault too"
            yield Finding(path=("vaults", name, key), message=message)


RULE = Rule(
    severity="medium",
    clauses=(cite("seed", "cold backup", "seed"), cite("nist-800-53", "CP-6")),
    fix="move the vault to another place, and state it as `at`",
    passes="vaults: {cold-vault: {at: [28.19, 112.98]}}",
    fails="vaults: {cold-vault: {at: [30.6, 104.1]}}",
    find=find,
)
