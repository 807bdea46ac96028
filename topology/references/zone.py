"""The zone: providers with name servers in sites that exist, clients in subnets of one place."""

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network

from tricenter.topology.countries import explain_unknown
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology
from tricenter.topology.wording import suggest_or_list
from tricenter.topology.zone import server_sites

LONGEST_NAME, LONGEST_LABEL = 253, 63
"""Characters of a name and between two of its dots, RFC 1035 section 2.3.4."""


def check(topology: Topology) -> Iterator[Problem]:
    """Yield what is wrong about the zone itself."""
    yield from _providers(topology)
    yield from _clients(topology)
    yield from _names(topology)
    yield from _labels(topology)
    ttl = topology.dns.writer_ttl
    if not 1 <= ttl <= 7 * 86400 or ttl % 1:
        message = "a TTL is whole seconds, from 1s to 7d"
        yield Problem(path=("dns", "writer_ttl"), id="out-of-range", message=message)


def _providers(topology: Topology) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for name, provider in topology.dns.providers.items():
        path = ("dns", "providers", name)
        if provider.service != "powerdns":
            if provider.servers:
                message = f"{provider.service} runs its own name servers: remove `servers`"
                yield Problem(path=(*path, "servers"), id="conflict", message=message, at="key")
            continue
        if not provider.servers:
            message = "name the sites that run its name servers as `servers`"
            yield Problem(path=path, id="no-servers", message=message, at="key")
        for index, site in enumerate(provider.servers):
            where = (*path, "servers", index)
            if site not in topology.sites:
                near = suggest_or_list(site, topology.sites, "sites")
                message = f"there is no site '{site}'{near}"
                yield Problem(path=where, id="unknown-site", message=message)
            elif site in taken:
                message = (
                    f"'{site}' runs a name server of '{taken[site]}' already: one for each site"
                )
                yield Problem(path=where, id="duplicate-entry", message=message)
            taken.setdefault(site, name)


def _clients(topology: Topology) -> Iterator[Problem]:
    yield from _overlaps(topology)
    for geo in topology.dns.clients:
        message = explain_unknown(geo)
        if geo == "*":
            message = "* is everyone else, not a place: name a country or a continent"
        if message:
            yield Problem(path=("dns", "clients", geo), id="bad-geo", message=message, at="key")


def _overlaps(topology: Topology) -> Iterator[Problem]:
    """Subnets that overlap one stated before. In the order of addresses it is a neighbour."""
    stated = [
        (ip_network(subnet), order, geo, index)
        for order, (geo, index, subnet) in enumerate(
            (geo, index, subnet)
            for geo, subnets in topology.dns.clients.items()
            for index, subnet in enumerate(subnets)
        )
    ]
    stated.sort(key=lambda one: (one[0].version, int(one[0].network_address), one[0].prefixlen))
    around: list[tuple[IPv4Network | IPv6Network, int, str, int]] = []
    for one in stated:
        # What begins at or after the end of the widest around it lies beside it.
        while around and not _within(one[0], around[-1][0]):
            around.pop()
        if around:
            first, second = sorted((around[-1], one), key=lambda each: each[1])
            message = f"overlaps {first[0]} of {first[2]}: a client is in one place"
            path = ("dns", "clients", second[2], second[3])
            yield Problem(path=path, id="overlap", message=message)
        around.append(one)


def _within(inner: IPv4Network | IPv6Network, outer: IPv4Network | IPv6Network) -> bool:
    return inner.version == outer.version and inner.network_address in outer


def _names(topology: Topology) -> Iterator[Problem]:
    """Names that tricenter makes itself, which a record must not take; and what DNS can hold."""
    made = {
        f"{name}-{role}": "the database's leader or replicas"
        for name in topology.databases
        for role in ("rw", "ro")
    }
    made |= {
        f"ns-{site}": f"the name server in {site}"
        for _, sites in server_sites(topology)
        for site in sites
    }
    zone = topology.dns.zone
    for label in topology.dns.records:
        path = ("dns", "records", label)
        if label in made:
            message = f"this name is made for {made[label]}: choose another"
            yield Problem(path=path, id="name-taken", message=message, at="key")
        if label != "@" and len(label) + 1 + len(zone) > LONGEST_NAME:
            message = f"with the zone it has more than {LONGEST_NAME} characters: shorten it"
            yield Problem(path=path, id="name-too-long", message=message, at="key")
    if max(map(len, made), default=0) + 1 + len(zone) > LONGEST_NAME:
        longest = max(made, key=len)
        message = f"'{longest}' in it has more than {LONGEST_NAME} characters: choose a shorter one"
        yield Problem(path=("dns", "zone"), id="name-too-long", message=message)


def _labels(topology: Topology) -> Iterator[Problem]:
    for label in topology.dns.zone.split("."):
        if len(label) > LONGEST_LABEL:
            message = f"the label '{label[:20]}...' has more than {LONGEST_LABEL} characters"
            yield Problem(path=("dns", "zone"), id="name-too-long", message=message)
