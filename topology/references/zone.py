"""The zone: providers with name servers in sites that exist, clients in subnets of one place."""

from collections.abc import Iterator
from ipaddress import ip_network

from tricenter.topology.countries import explain_unknown
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology
from tricenter.topology.wording import suggest_or_list


def check(topology: Topology) -> Iterator[Problem]:
    """Yield what is wrong about the zone itself."""
    yield from _providers(topology)
    yield from _clients(topology)
    yield from _names(topology)
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
    seen: list[tuple[str, str]] = []
    for geo, subnets in topology.dns.clients.items():
        for index, subnet in enumerate(subnets):
            path = ("dns", "clients", geo, index)
            mine = ip_network(subnet)
            for other_geo, other in seen:
                theirs = ip_network(other)
                if mine.version == theirs.version and mine.overlaps(theirs):
                    message = f"overlaps {other} of {other_geo}: a client is in one place"
                    yield Problem(path=path, id="overlap", message=message)
                    break
            seen.append((geo, subnet))
        message = explain_unknown(geo)
        if geo == "*":
            message = "* is everyone else, not a place: name a country or a continent"
        if message:
            yield Problem(path=("dns", "clients", geo), id="bad-geo", message=message, at="key")


def _names(topology: Topology) -> Iterator[Problem]:
    """The names that follow leaders are made by tricenter; a record must not take one."""
    made = {f"{name}-{role}" for name in topology.databases for role in ("rw", "ro")}
    for label in topology.dns.records:
        if label in made:
            message = "this name is made for the database's leader or replicas: choose another"
            path = ("dns", "records", label)
            yield Problem(path=path, id="name-taken", message=message, at="key")
