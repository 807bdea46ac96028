"""Differences: where a cloud's DNS answers otherwise than the spec asks, named beforehand.

A difference says how: by another record, or by other answers. So it foretells the answer and
cannot excuse a wrong one.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from tricenter.topology.dns.family import Answer, Answers, Family, of_family
from tricenter.topology.plan import PlannedRecord, PlannedZone
from tricenter.topology.steering import answers

Service = Literal["route53", "cloud-dns"]
Place = str | None
"""A country, a continent as `continent:XX`, or None for clients of whom nothing is known."""
Healthy = frozenset[str]
Served = Callable[[Place, Healthy], Answers]
"""What clients of a place get while some addresses are up."""
Edit = Callable[[PlannedRecord, Place], PlannedRecord]
Change = Callable[[Family, PlannedRecord, Served], Served]

_HERE, _SUBNET = "192.0.2.1", "192.0.2.0/24"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One way in which a service answers otherwise than a record of the spec asks.

    With `edit` the service answers as the spec asks of another record; with `change` it answers
    something else than what is asked. With neither the answers are alike and come later.
    """

    id: str
    service: Service
    record: str
    sentence: str
    edit: Edit | None = None
    change: Change | None = None

    def applies(self, record: PlannedRecord, family: Family, place: Place, up: Healthy) -> bool:
        """Whether this alone makes the answers other than the spec's, here and now."""
        return expected(record, family, place, up, (self,)) != expected(record, family, place, up)


def expected(
    record: PlannedRecord,
    family: Family,
    place: Place,
    healthy: Collection[str],
    differences: Iterable[Difference] = (),
) -> Answers:
    """The spec's answers of one family, as the differences leave them, in their order."""
    part = of_family(record, family)
    found = tuple(differences)

    def asked(where: Place, up: Healthy) -> Answers:
        edited = part
        for difference in found:
            edited = difference.edit(edited, where) if difference.edit else edited
        return _steering(edited, where, up)

    served: Served = asked
    for difference in found:
        if difference.change:
            served = difference.change(family, part, served)
    return served(place, frozenset(healthy))


def explain(
    record: PlannedRecord,
    family: Family,
    place: Place,
    healthy: Collection[str],
    differences: Collection[Difference],
) -> tuple[Difference, ...]:
    """The differences by which a client's answers are not the spec's; none where they are.

    Each changes them alone, or together with others that without it would not.
    """
    up = frozenset(healthy)
    found = expected(record, family, place, up, differences)
    if found == expected(record, family, place, up):
        return ()
    return tuple(
        one
        for one in differences
        if one.applies(record, family, place, up)
        or found != expected(record, family, place, up, [d for d in differences if d is not one])
    )


def _steering(record: PlannedRecord, place: Place, healthy: Healthy) -> Answers:
    """The spec's own answers to clients of a place."""
    here = ((place, (_SUBNET,)),) if place else ()
    zone = PlannedZone(name="", writer_ttl=0, servers=(), records=(), clients=here)
    return frozenset(Answer.of(*found) for found in answers(zone, record, _HERE, healthy))
