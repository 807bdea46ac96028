"""Partners that hold less, later, or in the places that they insure."""

from typing import Any

from tests.harm.edit import Fires, Pick, Spec, harmful, home


def _partner(spec: Spec, pick: Pick) -> tuple[str, dict[str, Any]]:
    name = pick.one(sorted(spec["partners"]))
    return name, spec["partners"][name]


@harmful("no partner is left")
def _(spec: Spec, pick: Pick) -> Fires:
    spec.pop("partners")
    return {("partners-hold-copies", ("databases", name)) for name in spec["databases"]}


@harmful("one partner is left")
def _(spec: Spec, pick: Pick) -> Fires:
    kept, partner = _partner(spec, pick)
    spec["partners"] = {kept: partner}
    return {("partners-hold-copies", ("databases", name)) for name in spec["databases"]}


@harmful("only one partner holds a database")
def _(spec: Spec, pick: Pick) -> Fires:
    database = pick.one(sorted(spec["databases"]))
    for partner in sorted(spec["partners"])[1:]:
        spec["partners"][partner]["holds"].remove(database)
    return {("partners-hold-copies", ("databases", database))}


@harmful("a partner keeps its copies in one of our sites")
def _(spec: Spec, pick: Pick) -> Fires:
    name, partner = _partner(spec, pick)
    del partner["at"]
    partner["site"] = pick.one(sorted(spec["sites"]))
    return {("partners-independent", ("partners", name, "site"))}


@harmful("a partner keeps its copies in the home city")
def _(spec: Spec, pick: Pick) -> Fires:
    name, partner = _partner(spec, pick)
    del partner["at"]
    partner["city"] = home(spec)
    return {("partners-elsewhere", ("partners", name, "city"))}


@harmful("a partner receives transactions in batches")
def _(spec: Spec, pick: Pick) -> Fires:
    name, partner = _partner(spec, pick)
    del partner["stream"]
    return {("partners-stream", ("partners", name))}
