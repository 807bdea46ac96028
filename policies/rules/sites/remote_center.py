"""A further site is in another city."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.centers import home_city, remote_sites
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """All the sites, if one disaster of the home city takes them."""
    if not remote_sites(facts.topology):
        home = home_city(facts.topology)
        message = f"every site is in {home}, so one disaster there takes all of them"
        yield Finding(path=("sites",), at="key", message=message)


RULE = Rule(
    severity="critical",
    clauses=(cite("seed", confidence="seed"), cite("bank-2010", "art. 7")),
    fix="add a site in a city of its own, with a replica of every database",
    passes="sites: {tianfu: {city: chengdu}}",
    fails="""
cities: {chengdu: null}
sites: {tianfu: {city: hangzhou}}
""",
    find=find,
)
