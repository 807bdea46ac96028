"""The buildings that rules about facilities judge: those of the lab's sites that state theirs."""

from collections.abc import Iterator

from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding
from tricenter.topology.spec_facility import Facility


def buildings(facts: Facts) -> Iterator[tuple[str, Facility]]:
    """Sites with what they state of their building, by name; none on clouds, whose providers run
    the buildings. A site that states none is the rule `facility-stated`'s."""
    if facts.target != "lab":
        return
    for name in sorted(facts.topology.sites):
        site = facts.topology.sites[name]
        if "facility" in site.model_fields_set:
            yield name, site.facility


def not_stated(site: str, key: str, what: str) -> Finding:
    """The finding that a building's number is absent, which is never assumed good."""
    return Finding(
        path=("sites", site, "facility", *key.split(".")),
        at="key",
        message=f"{site} does not state {what}",
    )
