"""PowerDNS's configuration: one zone from every server, health-checked, by client subnet."""

from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from textwrap import wrap

from tricenter.topology.plan import Plan, PlannedDatabase, PlannedRecord, PlannedZone
from tricenter.topology.render import RenderedFile, fill
from tricenter.topology.steering import pool_for

NONE_UP = {"A": "255.255.255.255", "AAAA": "ff02::1"}
"""Addresses to which no connection can be made. PowerDNS 4.7 cannot say that nothing is up: it
answers with a guess. With one of these among the candidates, a guess has it and is known as one."""

STRING = 250
"""Longest piece of a record's text; DNS allows 255 bytes."""


def files(plan: Plan) -> Iterator[RenderedFile]:
    """The configuration of each name server, `<site>/pdns/{pdns.conf,named.conf,zone}`."""
    zone = zone_text(plan)
    for server in plan.zone.servers:
        values = {"server": server, "zone": plan.zone}
        folder = f"{server.site}/pdns"
        yield RenderedFile(path=f"{folder}/pdns.conf", text=fill("pdns.conf.j2", values))
        yield RenderedFile(path=f"{folder}/named.conf", text=fill("named.conf.j2", values))
        yield RenderedFile(path=f"{folder}/zone", text=zone)


def zone_text(plan: Plan) -> str:
    """The zone file, the same on every server of every provider."""
    names: list[dict[str, object]] = []
    for record in plan.zone.records:
        names += _public(plan.zone, record)
    for database in plan.databases:
        names += _database(database, ceil_seconds(plan.zone.writer_ttl))
    values = {
        "zone": plan.zone,
        # Nobody transfers the zone, so the number only has to change with the topology.
        "serial": 1 + int(plan.digest[:7], 16),
        "negative_ttl": ceil_seconds(plan.zone.writer_ttl),
        "names": names,
    }
    return fill("zone.j2", values)


def ceil_seconds(value: float) -> int:
    """Whole seconds for a TTL or a time-out: at least one."""
    return max(1, int(-(-value // 1)))


def _public(zone: PlannedZone, record: PlannedRecord) -> Iterator[dict[str, object]]:
    """The LUA records of one public name, one for each address family that it has."""
    for family, version in (("A", 4), ("AAAA", 6)):
        sites = {
            site: tuple(a for a in addresses if ip_address(a).version == version)
            for site, addresses in record.addresses
        }
        if not any(sites.values()):
            continue
        code = fill(
            "public.lua.j2",
            {
                "record": record,
                "sites": {site: addresses for site, addresses in sites.items() if addresses},
                "none_up": NONE_UP[family],
                "timeout": ceil_seconds(record.check_timeout),
                "subnets": _subnets(zone, record),
                "fallback": pool_for(record, None),
                "last_resort": [a for a in record.last_resort if ip_address(a).version == version],
                "weights": dict(record.weights or record.address_weights),
            },
        )
        ttl = ceil_seconds(record.ttl)
        yield {"name": record.name, "ttl": ttl, "family": family, "strings": _strings(code)}


def _subnets(zone: PlannedZone, record: PlannedRecord) -> list[dict[str, object]]:
    """Each subnet with the pool that its clients get: those of rules, then those of places, each
    with the narrowest first."""
    found = [
        (ip_network(subnet), pool_for(record, geo))
        for geo, subnets in zone.clients
        for subnet in subnets
    ]
    found.sort(key=lambda entry: (-entry[0].prefixlen, str(entry[0])))
    ruled = [(ip_network(subnet), pool) for pool in record.pools for subnet in pool.subnets]
    ruled.sort(key=lambda entry: (-entry[0].prefixlen, str(entry[0])))
    return [{"subnet": str(subnet), "pool": pool} for subnet, pool in (*ruled, *found)]


def _database(database: PlannedDatabase, ttl: int) -> Iterator[dict[str, object]]:
    """The names that follow a database's roles: the leader, and whoever serves reads."""
    addresses = tuple(member.address for member in database.members)
    for name, paths in (
        (database.writer, ("/primary",)),
        (database.reader, ("/replica", "/primary")),
    ):
        values = {
            "name": name,
            "port": database.members[0].rest_port,
            "paths": paths,
            "addresses": addresses,
            "none_up": NONE_UP["A"],
        }
        code = fill("role.lua.j2", values)
        yield {"name": name, "ttl": ttl, "family": "A", "strings": _strings(code)}


def _strings(code: str) -> tuple[str, ...]:
    """Lua code as the quoted strings of a record: on one line, in pieces that DNS can hold."""
    line = " ".join(part.strip() for part in code.splitlines() if part.strip())
    # Between two words: PowerDNS puts the strings together with a space. No word of the code is
    # longer than a name with its quotes, which is 255 characters at most.
    pieces = wrap(line, STRING, break_on_hyphens=False, break_long_words=False)
    return tuple(piece if len(piece) > STRING else piece + " " for piece in pieces)
