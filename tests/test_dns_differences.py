"""Each named difference by an example: what is answered, and that docs/dns.md has its sentence."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.dns_zones import ZONE, zone_of
from tests.test_dns_parity import served
from tricenter.topology.dns import Service, differences, explain
from tricenter.topology.dns.clouddns_differences import SENTENCES as CLOUDDNS
from tricenter.topology.dns.family import NOWHERE, Answer
from tricenter.topology.dns.geography import CONTINENT_SENTENCE, UNKNOWN_SENTENCE
from tricenter.topology.dns.joint import compile_joint, joint_name_servers
from tricenter.topology.dns.naming import NameClash
from tricenter.topology.dns.route53_differences import SENTENCES as ROUTE53
from tricenter.topology.plan import PlannedPool, PlannedRecord

DOCS = Path(__file__).parent.parent / "docs" / "dns.md"
A, B, C = ("203.0.113.1", "203.0.113.2"), ("203.0.113.21",), ("203.0.113.41",)
ALL = (*A, *B, *C)
MANY = tuple(f"203.0.113.{n}" for n in range(100, 109))
GEOGRAPHY = {"country-of-continent": CONTINENT_SENTENCE, "unknown-place": UNKNOWN_SENTENCE}


def record(*rules: tuple[str, Any], label: str = "api", **more: Any) -> PlannedRecord:
    """A record of three sites, with rules as pairs of a place and an order."""
    values: dict[str, Any] = {
        "name": ZONE if label == "@" else f"{label}.{ZONE}",
        "ttl": 5.0,
        "addresses": (("alder", A), ("birch", B), ("cedar", C)),
        "weights": (),
        "pools": tuple(PlannedPool(geos=(geo,), steps=steps) for geo, steps in rules),
        "check_port": 443,
        "check_interval": 30.0,
        "check_timeout": 1.0,
        "check_failures": 2,
        "when_all_down": "serve-all",
    }
    return PlannedRecord(**values | more)


TWO = (("alder",), ("birch",))
THREE = (("alder",), ("birch",), ("cedar",))
BOTH = (("alder", "birch"),)
PLAIN = ("*", THREE[:1])
WEIGHTS: dict[str, Any] = {"weights": (("alder", 1), ("birch", 3))}
CASES: tuple[tuple[Service, str, PlannedRecord, str | None, Iterable[str], Any], ...] = (
    ("route53", "country-of-continent", record(("continent:EU", (("birch",),)), PLAIN), "DE", ALL,
     {B}),
    ("route53", "unknown-place", record(("EH", (("birch",),)), PLAIN), "EH", ALL, {A}),
    ("route53", "nowhere", record(PLAIN, when_all_down="serve-none"), "DE", B, {(NOWHERE["A"],)}),
    ("cloud-dns", "apex-one-rule", record(("DE", (("birch",),)), PLAIN, label="@"), "DE", ALL, {A}),
    ("cloud-dns", "nearest-region", record(("CN", (("birch",),)), PLAIN), "HK", ALL, {B}),
    ("cloud-dns", "nearest-region", record(("CN", (("birch",),)), PLAIN), None, ALL, {A, B}),
    ("cloud-dns", "weights-ignored", record(("*", (*BOTH, ("cedar",))), **WEIGHTS), "DE", ALL,
     {(*A, *B)}),
    ("cloud-dns", "backups-together", record(("*", THREE)), "DE", (*B, *C), {(*B, *C)}),
    ("cloud-dns", "serve-none-unavailable", record(("*", TWO), when_all_down="serve-none"), "DE",
     C, {(*A, *B)}),
    ("cloud-dns", "weighted-all-down", record(("*", BOTH), **WEIGHTS), "DE", C, {A, B}),
)  # fmt: skip


@pytest.mark.parametrize(("service", "name", "one", "place", "up", "wanted"), CASES)
def test_a_difference_foretells_the_answer(
    service: Service, name: str, one: PlannedRecord, place: str | None, up: Any, wanted: Any
) -> None:
    """The service answers as stated here, and the difference of this name, and it alone, why."""
    found = served(service, one, "A", place, frozenset(up))
    assert found == {Answer.of(*addresses) for addresses in wanted}
    named = differences(zone_of(one), one, service)
    assert [d.id for d in explain(one, "A", place, up, named)] == [name]


def test_more_than_eight_addresses_are_answered_by_eight() -> None:
    """Nine healthy addresses: any eight. Nine unhealthy ones: all, they need no multivalue."""
    one = record(PLAIN, addresses=(("alder", MANY),))
    assert served("route53", one, "A", None, frozenset(MANY)) == {Answer(frozenset(MANY), 8)}
    assert served("route53", one, "A", None, frozenset()) == {Answer.of(*MANY)}
    named = differences(zone_of(one), one, "route53")
    assert [d.id for d in explain(one, "A", None, MANY, named)] == ["first-eight"]


def test_a_region_that_is_down_is_near_to_nobody() -> None:
    """By latency a client gets any region that is up, all of it, and never one that is down."""
    regions = (("alder", "r-1"), ("birch", "r-1"), ("cedar", "r-2"))
    one = record(("*", (("alder", "birch", "cedar"),)), latency=regions)
    both = {Answer.of(*A, *B), Answer.of(*C)}
    assert served("route53", one, "A", "DE", frozenset(ALL)) == both
    assert served("route53", one, "A", "DE", frozenset(C)) == {Answer.of(*C)}
    assert served("route53", one, "A", "DE", frozenset(B)) == {Answer.of(*B)}
    assert served("route53", one, "A", "DE", frozenset()) == {Answer.of(*ALL)}


@pytest.mark.parametrize("service", ["route53", "cloud-dns"])
def test_detection_says_its_numbers(service: Service) -> None:
    """A check that no cloud makes so often is named, with the times that hold instead."""
    one = record(PLAIN, check_interval=1.0)
    (found,) = differences(zone_of(one), one, service)
    assert found.id == "detection"
    assert f"every {10 if service == 'route53' else 30} s, not 2 every 1 s" in found.sentence


def test_every_difference_has_an_example() -> None:
    """No name without a case above."""
    shown = {(service, name) for service, name, *_ in CASES}
    shown |= {("route53", "first-eight"), ("route53", "detection"), ("cloud-dns", "detection")}
    assert {name for _, name in shown} == {*ROUTE53, *CLOUDDNS, *GEOGRAPHY}


def test_the_page_has_every_difference() -> None:
    """docs/dns.md has a row for each, with the code's own sentence, and none besides."""
    text = DOCS.read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| `([a-z-]+)` \| (Route 53|Cloud DNS|both) \| (.+) \|$", text, re.MULTILINE
    )
    wanted = {
        *((name, "Route 53", sentence) for name, sentence in ROUTE53.items()),
        *((name, "Cloud DNS", sentence) for name, sentence in CLOUDDNS.items()),
        *((name, "both", sentence) for name, sentence in GEOGRAPHY.items()),
    }
    assert set(rows) == {(name, where, text.rstrip(".")) for name, where, text in wanted}


def test_a_site_and_a_record_of_one_name_are_refused() -> None:
    """`birch.api` as a record would be in the way of site birch of `api`."""
    zone = zone_of(record(PLAIN), record(PLAIN, label="birch.api"))
    with pytest.raises(NameClash, match=r"birch\.api\.pay\.example\.com .* rename the record"):
        compile_joint(zone)


def test_the_joint_name_servers_are_of_both() -> None:
    """Route 53 writes names without the last dot, Cloud DNS with it: each server once."""
    servers = joint_name_servers(["ns-2.AWSdns-1.org"], ["ns-cloud-a1.googledomains.com."])
    assert servers == ("ns-2.awsdns-1.org.", "ns-cloud-a1.googledomains.com.")
    assert joint_name_servers(servers, servers) == servers
