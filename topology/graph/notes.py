"""Texts of the picture that decide how wide a box is."""

from tricenter.topology.graph.edges import order_text
from tricenter.topology.links import is_placed
from tricenter.topology.spec import Topology
from tricenter.topology.units import format_duration

MOST_NAMES = 3
"""Databases that a partner's box names; more are counted."""


def note_of(topology: Topology, name: str) -> str:
    """What a vault, witness or partner is, in one line."""
    if name in topology.vaults:
        note, thing = "cold vault · attached only to write", topology.vaults[name]
    elif name in topology.witnesses:
        note, thing = "witness · a voice, no data", topology.witnesses[name]
    else:
        thing = topology.partners[name]
        names = ", ".join(thing.holds)
        held = names if len(thing.holds) <= MOST_NAMES else f"{len(thing.holds)} databases"
        return f"partner · holds {held}"
    return note if is_placed(thing) else f"{note} · place not stated"


def sentences(topology: Topology) -> tuple[str, ...]:
    """What the public names answer, one line a rule."""
    found: list[str] = []
    for label, record in sorted(topology.dns.records.items()):
        rules = [(rule.clients, order_text(rule.order)) for rule in record.rules]
        for geo, steps in rules or [("*", order_text((tuple(sorted(record.answers)),)))]:
            who = "everyone else" if geo == "*" else f"clients in {geo}"
            ttl = f"TTL {format_duration(record.ttl)}"
            found.append(f"{label}  ·  {who}: {steps}  ·  {ttl}")
    return tuple(found)
