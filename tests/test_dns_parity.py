"""Both clouds answer as the spec asks, or as the differences said that they would."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import runs
from tests.dns_zones import CLIENTS, every_address, records, zone_of
from tricenter.topology.dns import (
    clouddns_answers,
    compile_clouddns,
    compile_route53,
    differences,
    expected,
    explain,
    route53_answers,
)
from tricenter.topology.dns.family import FAMILIES, Answers, Family, families_of
from tricenter.topology.dns.naming import site_name
from tricenter.topology.plan import PlannedPool, PlannedRecord

SERVICES: Mapping[str, Any] = {
    "route53": (compile_route53, route53_answers),
    "cloud-dns": (compile_clouddns, clouddns_answers),
}
EVERY = pytest.mark.parametrize("service", SERVICES)


def served(
    service: str, record: PlannedRecord, family: Family, place: str | None, up: frozenset[str]
) -> Answers:
    """What the service's resolver answers from what was compiled for it."""
    compile_zone, answers = SERVICES[service]
    return answers(compile_zone(zone_of(record)), record.name, family, place, up)


@EVERY
@settings(max_examples=runs(60, 400), deadline=None)
@given(data=st.data())
def test_answers_are_the_specs_as_the_differences_leave_them(service: Any, data: Any) -> None:
    """For every place and state of the checks the answers are foretold, one by one."""
    record = data.draw(records())
    if service == "cloud-dns":
        record = replace(record, latency=())  # refused by validation, as what follows
    if service == "cloud-dns" and (
        record.weights or record.address_weights or any(len(p.steps) > 1 for p in record.pools)
    ):
        record = replace(record, last_resort=())
    place = data.draw(st.sampled_from(CLIENTS))
    up = frozenset(data.draw(st.sets(st.sampled_from(every_address(record)))))
    named = differences(zone_of(record), record, service)
    for family in FAMILIES:
        found = served(service, record, family, place, up)
        assert found == expected(record, family, place, up, named)
        other = found != expected(record, family, place, up)
        assert bool(explain(record, family, place, up, named)) is other


@settings(max_examples=runs(40, 400), deadline=None)
@given(data=st.data())
def test_a_subnet_counts_before_every_place(data: Any) -> None:
    """Clients in a subnet of a rule get what everyone gets where that rule is the only one."""
    record = data.draw(records())
    place = data.draw(st.sampled_from(CLIENTS))
    up = frozenset(data.draw(st.sets(st.sampled_from(every_address(record)))))
    ruled = replace(record.pools[0], subnets=("198.51.100.0/24", "2001:db8:7::/48"))
    whole = replace(record, pools=(ruled, *record.pools[1:]))
    alone = replace(record, pools=(replace(ruled, geos=("*",), subnets=()),))
    tree = compile_route53(zone_of(whole))
    assert [subnet for _, subnet in tree.locations] == ["198.51.100.0/24", "2001:db8:7::/48"]
    for family in families_of(record):
        for location, as_if in (("198-51-100-0-24", alone), ("*", record)):
            found = route53_answers(tree, record.name, family, place, up, location)
            named = differences(zone_of(as_if), as_if, "route53")
            assert found == expected(as_if, family, place, up, named)


@EVERY
@settings(deadline=None)
@given(data=st.data())
def test_plain_records_have_no_differences(service: Any, data: Any) -> None:
    """One rule of up to two steps, few addresses, no weights: the answers are the spec's own."""
    drawn = data.draw(records())
    record = replace(
        drawn,
        addresses=tuple((site, (f"203.0.113.{n}",)) for n, (site, _) in enumerate(drawn.addresses)),
        weights=(),
        address_weights=(),
        pools=(PlannedPool(geos=("*",), steps=drawn.pools[-1].steps[:2]),),
        when_all_down="serve-all",
        unchecked=(),
        last_resort=(),
        latency=(),
    )
    assert {one.id for one in differences(zone_of(record), record, service)} <= {"detection"}


@settings(deadline=None)
@given(data=st.data())
def test_sites_have_the_same_names_on_both(data: Any) -> None:
    """A site's own name answers alike on both clouds: its healthy addresses, all without any."""
    record = data.draw(records())
    up = frozenset(data.draw(st.sets(st.sampled_from(every_address(record)))))
    for site, addresses in record.addresses:
        if len(addresses) > 8:
            continue
        for family in FAMILIES:
            answers = {
                answer(compile_zone(zone_of(record)), site_name(record, site), family, None, up)
                for compile_zone, answer in SERVICES.values()
            }
            assert len(answers) == 1
