"""One city has two sites that both lead databases."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.centers import city_sites, home_city
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """The home city with one site, or its sites that lead nothing beside a single active one."""
    topology = facts.topology
    home, here = home_city(topology), city_sites(topology)
    if len(here) == 1:
        message = f"{here[0]} is the only site in {home}: no other takes over within the city"
        yield Finding(path=("cities", home), at="key", message=message)
        return
    leading = {database.prefer for database in topology.databases.values()}
    active = [site for site in here if site in leading]
    if len(active) > 1:
        return
    for site in here:
        if site not in leading:
            message = (
                f"no database prefers {site}, so {active[0]} is the only active center of {home} "
                f"and nothing shows daily that {site} can lead"
            )
            yield Finding(path=("sites", site), at="key", message=message)


RULE = Rule(
    severity="critical",
    clauses=(cite("seed", confidence="seed"), cite("bank-2010", "art. 7")),
    fix="let one of the databases `prefer` each of two sites in the city",
    passes="databases: {ledger-b: {prefer: xihu}}",
    fails="databases: {ledger-b: {prefer: binjiang, replicas: {binjiang: null, xihu: {}}}}",
    find=find,
)
