"""Where Route 53 answers otherwise than the spec asks."""

from collections.abc import Iterator

from tricenter.topology.dns.difference import Difference, Healthy, Place, Served
from tricenter.topology.dns.family import (
    NOWHERE,
    Answer,
    Answers,
    Family,
    addresses_of,
    families_of,
    of_family,
)
from tricenter.topology.dns.geography import geography
from tricenter.topology.dns.route53 import (
    MOST_VALUES,
    failure_threshold,
    request_interval,
)
from tricenter.topology.plan import PlannedRecord

SENTENCES = {
    "first-eight": "Of more than eight healthy addresses that share an answer, one response has "
    "any eight.",
    "nowhere": "Route 53 always answers something: where the spec's answer is none, clients get "
    "255.255.255.255 or ff02::1, to which no connection can be made.",
    "detection": "Route 53 checks every 10 s or 30 s, from at least three regions, with a time-out "
    "of its own, and at most ten failures in a row.",
}


def route53_differences(record: PlannedRecord) -> tuple[Difference, ...]:
    """Those of one record, in the order in which they change its answers."""
    return (*geography("route53", record), *_own(record))


def _own(record: PlannedRecord) -> Iterator[Difference]:
    parts = [of_family(record, family) for family in families_of(record)]
    steps = [(part, step) for part in parts for pool in part.pools for step in pool.steps]
    together = not record.address_weights
    if together and any(len(addresses_of(part, step)) > MOST_VALUES for part, step in steps):
        yield Difference(
            id="first-eight",
            service="route53",
            record=record.name,
            sentence=SENTENCES["first-eight"],
            change=_first_eight,
        )
    if record.when_all_down == "serve-none" or any(
        not pool.steps for part in parts for pool in part.pools
    ):
        yield Difference(
            id="nowhere",
            service="route53",
            record=record.name,
            sentence=SENTENCES["nowhere"],
            change=_nowhere,
        )
    interval, failures = request_interval(record), failure_threshold(record)
    if interval != record.check_interval or failures != record.check_failures:
        yield Difference(
            id="detection",
            service="route53",
            record=record.name,
            sentence=f"{SENTENCES['detection']} Here: {failures} failures in a row, one check "
            f"every {interval} s, not {record.check_failures} every {record.check_interval:g} s.",
        )


def _first_eight(_family: Family, record: PlannedRecord, served: Served) -> Served:
    """Answers of healthy addresses have at most eight; with all down there is no such limit."""

    def most(place: Place, up: Healthy) -> Answers:
        alive = {*up, *record.unchecked}
        return frozenset(
            Answer(a.addresses, min(a.shown, MOST_VALUES)) if a.addresses <= alive else a
            for a in served(place, up)
        )

    return most


def _nowhere(family: Family, record: PlannedRecord, served: Served) -> Served:
    """No answer becomes the address of nowhere, if the record has addresses of the family."""

    def something(place: Place, up: Healthy) -> Answers:
        empty = Answer.of(NOWHERE[family]) if record.addresses else Answer.of()
        return frozenset(a if a.addresses else empty for a in served(place, up))

    return something
