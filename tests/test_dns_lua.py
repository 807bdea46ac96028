"""The Lua code of public names, run by LuaJIT, answers as the spec asks of every client.

Of PowerDNS only what asks the outside is played: the checks, which guess where nothing is up, and
the question whether the client is in a subnet.
"""

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import runs
from tests.dns_zones import CLIENTS, ZONE, every_address, records
from tests.luajit import Lua
from tricenter.topology.dns.family import Family, families_of, of_family
from tricenter.topology.plan import PlannedPool, PlannedRecord, PlannedZone
from tricenter.topology.render import powerdns
from tricenter.topology.steering import answers

SUBNETS = {place: f"198.18.{n}.0/24" for n, place in enumerate(filter(None, CLIENTS))}
PLAYED = """
local function alive(asked)
local found = {} for _, a in ipairs(asked) do if healthy[a] then found[#found + 1] = a end end
if #found > 0 then return found end
return asked end
function ifportup(port, asked, options)
for _, a in ipairs(asked) do assert(not unchecked[a]) end return alive(asked) end
function ifurlup(url, asked, options)
assert(url == 'https://www.example.com:443/a/health.txt') return ifportup(443, asked, options) end
function netmask(subnets) for _, s in ipairs(subnets) do if inside[s] then return true end end
return false end
"""


ONE = PlannedRecord(
    name=f"api.{ZONE}",
    ttl=5.0,
    addresses=(("alder", ("203.0.113.1",)), ("birch", ("203.0.113.21",))),
    weights=(),
    pools=(PlannedPool(geos=("*",), steps=(("alder",),)),),
    check_port=443,
    check_interval=1.0,
    check_timeout=1.0,
    check_failures=2,
    when_all_down="serve-none",
)


def zone(record: PlannedRecord) -> PlannedZone:
    """The zone with one record, and a subnet for each place of clients."""
    clients = tuple((place, (subnet,)) for place, subnet in SUBNETS.items())
    return PlannedZone(name=ZONE, writer_ttl=1.0, servers=(), records=(record,), clients=clients)


def code_of(record: PlannedRecord, family: Family) -> str:
    """The code of a family's LUA record, as PowerDNS puts its strings together."""
    found = [one for one in powerdns._public(zone(record), record) if one["family"] == family]
    return "".join(found[0]["strings"])  # type: ignore[arg-type]


def _set(words: Iterable[str]) -> str:
    """A set of texts as Lua has it."""
    return "{" + "".join(f"['{word}']=true," for word in sorted(words)) + "}"


def said(record: PlannedRecord, family: Family, client: str, up: set[str]) -> frozenset[str]:
    """What the code answers to a client while these addresses pass their checks."""
    subnets = [
        s for s in ("192.0.2.0/24", *SUBNETS.values()) if ip_address(client) in ip_network(s)
    ]
    world = f"healthy = {_set(up)} inside = {_set(subnets)} unchecked = {_set(record.unchecked)} "
    code = code_of(record, family).removeprefix(";")
    chunk = f"{world} {PLAYED} local function all() {code} end return table.concat(all(), ' ')"
    return frozenset(Lua().value(chunk).decode().split())


@settings(max_examples=runs(60, 400), deadline=None)
@given(data=st.data())
def test_code_answers_as_the_spec_asks(data: Any) -> None:
    """The answer is one of those that steering has, for every client and state of the checks."""
    record = replace(data.draw(records()), latency=())  # refused on the lab
    up = data.draw(st.sets(st.sampled_from(every_address(record))))
    if data.draw(st.booleans()):
        ruled = replace(record.pools[0], subnets=("192.0.2.0/24", SUBNETS["DE"]))
        record = replace(record, pools=(ruled, *record.pools[1:]))
    client = data.draw(st.sampled_from([s[:-4] + "7" for s in SUBNETS.values()] + ["192.0.2.7"]))
    for family in families_of(record):
        part = of_family(record, family)
        assert said(record, family, client, up) in answers(zone(record), part, client, up)


def test_a_subnet_of_a_rule_counts_before_its_place() -> None:
    """A client whose place has a rule as well gets that of its subnet, others that of the place."""
    one = replace(
        ONE,
        pools=(
            PlannedPool(geos=("DE", "*"), steps=(("alder",),)),
            PlannedPool(geos=(), steps=(("birch",),), subnets=(SUBNETS["DE"],)),
        ),
    )
    up = {"203.0.113.1", "203.0.113.21"}
    for place, wanted in (("DE", "203.0.113.21"), ("CN", "203.0.113.1")):
        client = SUBNETS[place].replace("0/24", "7")
        assert said(one, "A", client, up) == {wanted}
        assert answers(zone(one), one, client, up) == (frozenset({wanted}),)


@pytest.mark.parametrize("every", [True, False])
def test_what_nobody_checks_is_not_asked(every: bool) -> None:
    """No check is made at such an address, and none at all where a site has only such ones."""
    both = ("203.0.113.1", "203.0.113.2")
    record = replace(ONE, addresses=(("alder", both),), unchecked=both if every else both[1:])
    found = said(record, "A", "192.0.2.7", set())
    assert found == set(record.unchecked)
