"""DNS records: answers of sites that exist, addresses given once, rules that serve everyone."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from tricenter.topology.countries import explain_unknown
from tricenter.topology.errors import Path
from tricenter.topology.lab_addresses import is_the_labs
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology
from tricenter.topology.spec_dns import Record, is_address, network
from tricenter.topology.wording import suggest_or_list

LONGEST_CHECK_S = 3600.0
"""Seconds between two looks at an address, or that one takes; no failover waits longer."""


def check(topology: Topology) -> Iterator[Problem]:
    """Yield what is wrong about the records."""
    seen: dict[str, Path] = {}
    for label, record in topology.dns.records.items():
        path = ("dns", "records", label)
        yield from _answers(topology, path, record, seen)
        yield from _rules(topology, path, record)
        yield from _everyone(path, record)
        yield from _times(path, record)
        yield from _unchecked(topology, path, record)
        yield from _request(path, label, record)
        yield from _last_resort(path, record)
        yield from _weights(topology, path, record)
        if record.weights and not any(record.weights.values()):
            message = "all weights are 0, so no site would be answered: raise one of them"
            yield Problem(path=(*path, "weights"), id="out-of-range", message=message)


def _answers(
    topology: Topology, path: Path, record: Record, seen: dict[str, Path]
) -> Iterator[Problem]:
    if record.answers and record.allocate is not None:
        message = "give either `answers` or `allocate`, not both"
        yield Problem(path=(*path, "allocate"), id="conflict", message=message, at="key")
    if not record.answers and record.allocate is None:
        message = "give the addresses of each site as `answers`, or how many to make as `allocate`"
        yield Problem(path=path, id="no-answers", message=message, at="key")
    for site, addresses in record.answers.items():
        where = (*path, "answers", site)
        if site not in topology.sites:
            near = suggest_or_list(site, topology.sites, "sites")
            message = f"there is no site '{site}'{near}"
            yield Problem(path=where, id="unknown-site", message=message, at="key")
        if not addresses:
            message = "at least one address is needed; leave the site out if it does not answer"
            yield Problem(path=where, id="empty", message=message)
        for index, address in enumerate(addresses):
            if is_the_labs(address):
                message = f"{address} is of the lab's own range for hosts: choose another"
                yield Problem(path=(*where, index), id="address-taken", message=message)
            first = seen.setdefault(address, (*where, index))
            if first != (*where, index):
                name = f"{first[2]}: {first[4]}"
                message = f"the address {address} is given already, for {name}"
                yield Problem(path=(*where, index), id="duplicate-entry", message=message)


def _rules(topology: Topology, path: Path, record: Record) -> Iterator[Problem]:
    for index, rule in enumerate(record.rules):
        sites = Counter(site for step in rule.order for site in step)
        visited: set[str] = set()
        for depth, step in enumerate(rule.order):
            where = (*path, "rules", index, "order", depth)
            if not step:
                message = "this step names no site: remove it"
                yield Problem(path=where, id="empty", message=message)
            for place, site in enumerate(step):
                if site in visited and sites[site] > 1:
                    message = f"'{site}' comes twice in this order: keep its first place"
                    yield Problem(path=(*where, place), id="duplicate-entry", message=message)
                visited.add(site)
                yield from _site(topology, (*where, place), site, record)


def _site(
    topology: Topology, path: Path, site: str, record: Record, *, at_key: bool = False
) -> Iterator[Problem]:
    """A problem if a site does not exist or has no address in this record."""
    at = "key" if at_key else "value"
    if site not in topology.sites:
        near = suggest_or_list(site, topology.sites, "sites")
        yield Problem(
            path=path, id="unknown-site", message=f"there is no site '{site}'{near}", at=at
        )
    elif record.answers and site not in record.answers:
        message = f"'{site}' has no address in this record: add it to `answers`"
        yield Problem(path=path, id="no-answers", message=message, at=at)


def _request(path: Path, label: str, record: Record) -> Iterator[Problem]:
    """A check asks for one thing, of a host with a name."""
    if record.check.http and record.check.https:
        message = "an address is asked with TLS or without: give `http` or `https`, not both"
        yield Problem(path=(*path, "check", "http"), id="conflict", message=message, at="key")
    for key in ("http", "https"):
        request = getattr(record.check, key)
        if request and request.host is None and label.startswith("*"):
            message = f"{label} is no host that can be asked for: name one as `host`"
            yield Problem(path=(*path, "check", key), id="missing-host", message=message, at="key")


def _unchecked(topology: Topology, path: Path, record: Record) -> Iterator[Problem]:
    """What is excepted from the checks is a site or an address that the record answers with."""
    for index, name in enumerate(record.unchecked):
        yield from _answering(topology, (*path, "unchecked", index), name, record, "value")


def _weights(topology: Topology, path: Path, record: Record) -> Iterator[Problem]:
    """Weights are of sites, or of addresses that the record answers with."""
    if record.weights and record.latency:
        message = "a step is chosen from by weight or by latency: remove one of them"
        yield Problem(path=(*path, "latency"), id="conflict", message=message, at="key")
    for name in record.weights:
        where = (*path, "weights", name)
        yield from _answering(topology, where, name, record, "key")
        if is_address(name) is not is_address(next(iter(record.weights))):
            message = "give all weights to sites or all to addresses: only one of them is chosen"
            yield Problem(path=where, id="conflict", message=message, at="key")


def _last_resort(path: Path, record: Record) -> Iterator[Problem]:
    """What is answered at last is said once, each address once, in families that are answered."""
    if record.last_resort and "when_all_down" in record.model_fields_set:
        message = "the last resort is what is answered when all is down: remove `when_all_down`"
        yield Problem(path=(*path, "when_all_down"), id="conflict", message=message, at="key")
    versions = {":" in a for addresses in record.answers.values() for a in addresses}
    for index, address in enumerate(record.last_resort):
        where = (*path, "last_resort", index)
        if is_the_labs(address):
            message = f"{address} is of the lab's own range for hosts: choose another"
            yield Problem(path=where, id="address-taken", message=message)
        if address in record.last_resort[:index]:
            message = f"{address} is named already: keep one of them"
            yield Problem(path=where, id="duplicate-entry", message=message)
        if (":" in address) not in (versions or {False}):
            message = f"no site answers clients that ask for what {address} is: leave it out"
            yield Problem(path=where, id="no-answers", message=message)


def _answering(
    topology: Topology, path: Path, name: str, record: Record, at: Literal["key", "value"]
) -> Iterator[Problem]:
    """A problem if a record does not answer with a site or an address."""
    if not is_address(name):
        yield from _site(topology, path, name, record, at_key=at == "key")
    elif all(name not in found for found in record.answers.values()):
        message = f"{name} is no address of this record: name one of its `answers`, or a site"
        yield Problem(path=path, id="no-answers", message=message, at=at)


def _everyone(path: Path, record: Record) -> Iterator[Problem]:
    """Every client is served by exactly one rule."""
    if not record.rules:
        return
    seen: dict[str, int] = {}
    yield from _subnets(path, record)
    for index, rule in enumerate(record.rules):
        if not rule.geo and not rule.subnets:
            message = "say for whom the rule is: places as `geo`, or `subnets`"
            where = (*path, "rules", index)
            yield Problem(path=where, id="no-clients", message=message, at="key")
        for place, geo in enumerate(rule.geo):
            where = (*path, "rules", index, "geo", place)
            if message := explain_unknown(geo):
                yield Problem(path=where, id="bad-geo", message=message)
            elif geo in seen:
                message = f"{geo} is served already by rules[{seen[geo]}]: keep one of them"
                yield Problem(path=where, id="duplicate-entry", message=message)
            seen.setdefault(geo, index)
    if "*" not in seen:
        message = (
            'no rule is for everyone else: add one with `geo: "*"`, or other clients get no answer'
        )
        yield Problem(path=(*path, "rules"), id="no-catch-all", message=message, at="key")


def _subnets(path: Path, record: Record) -> Iterator[Problem]:
    """Subnets of rules lie beside each other: a service may not tell which of two is meant."""
    stated = sorted(
        (network(subnet).version, int(network(subnet).network_address), index, place)
        for index, rule in enumerate(record.rules)
        for place, subnet in enumerate(rule.subnets)
    )
    for before, after in pairwise(stated):
        first = record.rules[before[2]].subnets[before[3]]
        where = (*path, "rules", after[2], "subnets", after[3])
        if before[0] == after[0] and after[1] <= int(network(first).broadcast_address):
            message = f"overlaps {first} of rules[{before[2]}]: a client is in one subnet"
            yield Problem(path=where, id="overlap", message=message)


def _times(path: Path, record: Record) -> Iterator[Problem]:
    if not 1 <= record.ttl <= 7 * 86400 or record.ttl % 1:
        message = "a TTL is whole seconds, from 1s to 7d"
        yield Problem(path=(*path, "ttl"), id="out-of-range", message=message)
    for key in ("interval", "timeout"):
        if not 0 < getattr(record.check, key) <= LONGEST_CHECK_S:
            message = f"the {key} must be longer than 0s, and 1h at most"
            yield Problem(path=(*path, "check", key), id="out-of-range", message=message)
