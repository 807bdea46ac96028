"""Sound topologies: the reference specs, renamed, resized, loaded and extended at random."""

import copy
import random
from pathlib import Path
from typing import Any

from tests.harm.edit import Spec
from tricenter.topology import document

STACKS = Path(__file__).parent.parent.parent / "stacks"
REFERENCES = {
    "lab": STACKS / "ledger.yaml",
    "aws": STACKS / "ledger-aws.yaml",
    "gcp": STACKS / "ledger-gcp.yaml",
    "mixed": STACKS / "ledger-mixed.yaml",
}
POOL = (
    *("alder", "birch", "cedar", "dogwood", "elm", "fir", "ginkgo", "hazel", "ivy", "juniper"),
    *("kapok", "larch", "maple", "nutmeg", "oak", "pine", "quince", "rowan", "sorrel", "thuja"),
)


def reference(target: str) -> Spec:
    """The data of a target's reference spec, free to be changed."""
    return copy.deepcopy(document.load(REFERENCES[target]).data)


def sound(target: str, chance: random.Random) -> Spec:
    """A topology of a target that keeps every rule."""
    spec = reference(target)
    _claimless(spec)
    _lighten(spec, chance)
    _strengthen(spec, chance)
    if chance.random() < 0.5:
        _another_database(spec)
    if chance.random() < 0.5:
        _another_partner(spec)
    return _renamed(spec, chance) if chance.random() < 0.7 else spec


def _claimless(spec: Spec) -> None:
    """Few levels are claimed: every harm to what a claim rests on fires the claim's rule too."""
    spec.pop("standards", None)
    for site in spec["sites"].values():
        for claim in ("tier", "rated", "stars"):
            site.get("facility", {}).pop(claim, None)


def _lighten(spec: Spec, chance: random.Random) -> None:
    """Less load than the reference's can be carried as well."""
    for database in spec["databases"].values():
        share = chance.uniform(0.3, 1.0)
        load = database["load"]
        load["tps"] = max(1, int(load["tps"] * share))
        load["connections"] = max(1, int(load["connections"] * share))


def _strengthen(spec: Spec, chance: random.Random) -> None:
    """More capacity, longer retention, more frequent logs: never less than the reference."""
    for site in spec["sites"].values():
        site["capacity"]["tps"] += chance.choice((0, 500, 4000))
    for backup in spec["backups"].values():
        backup["keep"]["daily"] += chance.choice((0, 1))
        backup["keep"]["monthly"] += chance.choice((0, 12))


def _another_database(spec: Spec) -> None:
    """A small third unit that is led, copied and backed up as the first one is."""
    first = min(spec["databases"])
    made = copy.deepcopy(spec["databases"][first])
    for unit in spec["databases"].values():
        unit["load"]["tps"] = max(1, unit["load"]["tps"] // 2)
        unit["load"]["connections"] = max(1, unit["load"]["connections"] // 2)
    made["load"] = {"tps": 10, "connections": 10}
    spec["databases"]["ledger-c"] = made
    for backup in spec["backups"].values():
        backup["of"].append("ledger-c")
    for partner in spec["partners"].values():
        partner["holds"].append("ledger-c")


def _another_partner(spec: Spec) -> None:
    everything = sorted(spec["databases"])
    spec["partners"]["bank-9"] = {"holds": everything, "at": [-1.29, 36.82], "stream": True}


def _renamed(spec: Spec, chance: random.Random) -> Spec:
    """The same topology under other names of sites, cities, databases and vaults."""
    old = [*spec["sites"], *spec["databases"], *spec["cities"], *spec["vaults"]]
    names = dict(zip(old, chance.sample(POOL, len(old)), strict=True))
    # A city and a site may share a name only by accident: names are replaced wherever they stand.
    return _walk(spec, names)


def _walk(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {names.get(key, key): _walk(child, names) for key, child in value.items()}
    if isinstance(value, list):
        return [_walk(child, names) for child in value]
    return names.get(value, value) if isinstance(value, str) else value
