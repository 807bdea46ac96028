"""Buildings with weaker or untold power, cooling, fire protection, siting and guards."""

from typing import Any

from tests.harm.edit import Change, Fires, Pick, Spec, harmful

Path = tuple[str, ...]
ABSENT = object()
WORSE: tuple[tuple[str, Path, Any, str], ...] = (
    ("batteries last five minutes", ("ups",), "5min", "ups-minutes"),
    ("how long batteries last is not stated", ("ups",), ABSENT, "ups-minutes"),
    ("fuel lasts eight hours", ("generator",), "8h", "generator-hours"),
    ("how long fuel lasts is not stated", ("generator",), ABSENT, "generator-hours"),
    ("fuel is delivered within a day", ("fuel_contract",), "10h", "fuel-contract"),
    ("there is no word of a fuel contract", ("fuel_contract",), ABSENT, "fuel-contract"),
    ("a generator starts in ten minutes", ("generator_start",), "10min",
     "ups-covers-generator-start"),
    ("when a generator runs is not stated", ("generator_start",), ABSENT,
     "ups-covers-generator-start"),
    ("power is not doubled", ("power",), "N+1", "power-redundancy"),
    ("how power is doubled is not stated", ("power",), ABSENT, "power-redundancy"),
    ("power stations are not stated", ("feeds",), ABSENT, "power-feeds"),
    ("cooling has no spare unit", ("cooling",), "N", "cooling-redundancy"),
    ("cooling is not stated", ("cooling",), ABSENT, "cooling-redundancy"),
    ("sprinklers put fires out", ("fire_suppression",), "sprinkler", "fire-clean-agent"),
    ("what puts fires out is not stated", ("fire_suppression",), ABSENT, "fire-clean-agent"),
    ("one group of fire detectors", ("fire_detectors",), 1, "fire-detectors"),
    ("fire detectors are not stated", ("fire_detectors",), ABSENT, "fire-detectors"),
    ("it stands on land that floods", ("flood_zone",), True, "flood-zone"),
    ("whether it floods is not stated", ("flood_zone",), ABSENT, "flood-zone"),
    ("it stands on a fault", ("fault_zone",), True, "fault-zone"),
    ("whether it stands on a fault is not stated", ("fault_zone",), ABSENT, "fault-zone"),
    ("one road leads to it", ("access_roads",), 1, "access-roads"),
    ("roads are not stated", ("access_roads",), ABSENT, "access-roads"),
    ("guards go home at night", ("security", "guards"), "business-hours", "guards"),
    ("guards are not stated", ("security", "guards"), ABSENT, "guards"),
    ("one zone of access", ("security", "zones"), 1, "security-zones"),
    ("zones of access are not stated", ("security", "zones"), ABSENT, "security-zones"),
    ("one person enters alone", ("security", "two_person"), False, "two-person-access"),
    ("who enters is not stated", ("security", "two_person"), ABSENT, "two-person-access"),
)  # fmt: skip
NEAR = {
    "parking": 5,
    "railway_or_highway": 50,
    "metro": 20,
    "airport": 900,
    "hazardous_plant_or_landfill": 500,
    "explosives": 500,
    "nuclear_plant": 9000,
    "housing": 10,
}
"""Metres that are too near for class A as for class B."""


def _worsen(path: Path, value: Any, rule: str) -> Change:
    def change(spec: Spec, pick: Pick) -> Fires:
        site = pick.one(sorted(spec["sites"]))
        here = spec["sites"][site]["facility"]
        for step in path[:-1]:
            here = here[step]
        if value is ABSENT:
            del here[path[-1]]
        else:
            here[path[-1]] = value
        return {(rule, ("sites", site, "facility", *path))}

    return change


for name, path, value, rule in WORSE:
    harmful(name, "lab")(_worsen(path, value, rule))
for danger, metres in NEAR.items():
    words = danger.replace("_", " ")
    path = ("distances", danger)
    harmful(f"too near: {words}", "lab")(_worsen(path, metres, "siting-distances"))


@harmful("distances to dangers are not stated", "lab")
def _(spec: Spec, pick: Pick) -> Fires:
    site = pick.one(sorted(spec["sites"]))
    del spec["sites"][site]["facility"]["distances"]
    return {("siting-distances", ("sites", site, "facility"))}


@harmful("one station feeds a site", "lab")
def _(spec: Spec, pick: Pick) -> Fires:
    site = pick.one(sorted(spec["sites"]))
    del spec["sites"][site]["facility"]["feeds"][1]
    return {("power-feeds", ("sites", site, "facility", "feeds"))}


@harmful("one carrier connects a site", "lab")
def _(spec: Spec, pick: Pick) -> Fires:
    site = pick.one(sorted(spec["sites"]))
    del spec["sites"][site]["carriers"][1]
    return {("carriers", ("sites", site, "carriers"))}


@harmful("the carriers of a site are not stated", "lab")
def _(spec: Spec, pick: Pick) -> Fires:
    site = pick.one(sorted(spec["sites"]))
    del spec["sites"][site]["carriers"]
    return {("carriers", ("sites", site, "carriers"))}


@harmful("a site claims tier IV with spare coolers only", "lab")
def _(spec: Spec, pick: Pick) -> Fires:
    site = pick.one(sorted(spec["sites"]))
    spec["sites"][site]["facility"] |= {"tier": 4, "cooling": "N+1"}
    path = ("sites", site, "facility", "tier")
    return {("facility-tier-agrees", path), ("claims-borne", path)}


@harmful("a site claims rating 4 with power of 2N", "lab")
def _(spec: Spec, pick: Pick) -> Fires:
    site = pick.one(sorted(spec["sites"]))
    spec["sites"][site]["facility"] |= {"rated": 4, "power": "2N"}
    path = ("sites", site, "facility", "rated")
    return {("facility-rated-agrees", path), ("claims-borne", path)}


@harmful("a class is claimed for sites of which one says nothing of its building", "lab")
def _(spec: Spec, pick: Pick) -> Fires:
    site = pick.one(sorted(spec["sites"]))
    del spec["sites"][site]["facility"]
    spec["standards"] = {"gb50174": "A", "editions": {"gb50174": "2017"}}
    return {("facility-stated", ("sites", site, "facility"))}
