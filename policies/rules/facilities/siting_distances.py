"""Every site keeps the distances to dangers that its class asks for."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.buildings import buildings, not_stated
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.spec_facility import Facility

LEAST: dict[str, dict[str, int]] = {
    "parking": {"A": 20, "B": 10},
    "railway_or_highway": {"A": 800, "B": 100},
    "metro": {"A": 100, "B": 80},
    "airport": {"A": 8000, "B": 1600},
    "hazardous_plant_or_landfill": {"A": 2000, "B": 2000},
    "explosives": {"A": 3000, "B": 3000},
    "nuclear_plant": {"A": 40000, "B": 40000},
    "housing": {"A": 100},
}
"""Metres by class; annex A as one secondary text quotes it. Class C has none."""


def find(facts: Facts) -> Iterator[Finding]:
    """Dangers that are too near, one by one, and once a site those whose distance is absent.

    A building without a class is judged by class B, the least that has distances.
    """
    for site, building in buildings(facts):
        asked = {
            danger: m[class_of(building)] for danger, m in LEAST.items() if class_of(building) in m
        }
        stated = {danger: getattr(building.distances, danger) for danger in asked}
        absent = [danger for danger, metres in stated.items() if metres is None]
        if absent:
            yield not_stated(site, "distances", f"how far away it is: {', '.join(absent)}")
        for danger, metres in stated.items():
            if metres is not None and metres < asked[danger]:
                what = danger.replace("_", " ")
                message = (
                    f"{site} is {metres} m from the next {what}; {asked[danger]} m are asked for"
                )
                path = ("sites", site, "facility", "distances", danger)
                yield Finding(path=path, message=message)


def class_of(building: Facility) -> str:
    """The GB 50174 class that a building is judged by."""
    return building.class_ or "B"


RULE = Rule(
    severity="medium",
    clauses=(cite("gb50174", "annex A", "secondary"),),
    fix="move the site, claim the class that it has, or waive with what protects it",
    passes="sites: {tianfu: {facility: {class: B, distances: {airport: 2000}}}}",
    fails="sites: {tianfu: {facility: {distances: {airport: 2000}}}}",
    find=find,
)
