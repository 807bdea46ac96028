"""Edits of a deployed record on Route 53: every routing policy becomes every other one.

The changes are sent as the engine and the provider send them: each new record set by itself, then
the changed ones, and last those that are no more.
"""

from collections.abc import Iterator, Mapping
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from tests.components.aws_program import EXAMPLE, variant
from tricenter.topology.compile import compile_plan
from tricenter.topology.dns import compile_route53
from tricenter.topology.dns.route53_records import (
    Failover,
    Geolocation,
    InSubnet,
    Latency,
    Multivalue,
    RecordSet,
    Weighted,
)
from tricenter.topology.validate import load

pytestmark = pytest.mark.cloud

RECORD = ("dns", "records", "api")
BOTH, REMOTE = ["jurong", "changi"], "tokyo-1"


def _rules(*order: Any) -> tuple[tuple[str, ...], Any]:
    return (*RECORD, "rules"), [{"geo": "*", "order": list(order)}]


WEIGHTS = ((*RECORD, "weights"), {"jurong": 1, "changi": 3, "tokyo-1": 1})
SHAPES: Mapping[str, tuple[tuple[tuple[str, ...], Any], ...]] = {
    "as it is": (),
    "weighted": (WEIGHTS,),
    "one step": (_rules([*BOTH, REMOTE]),),
    "one weighted step": (_rules([*BOTH, REMOTE]), WEIGHTS),
    "by subnet and latency": (
        (
            (*RECORD, "rules"),
            [
                {"subnets": ["198.51.100.0/24"], "order": [REMOTE]},
                {"geo": "*", "order": [[*BOTH, REMOTE]]},
            ],
        ),
        ((*RECORD, "latency"), True),
    ),
    "three steps": (_rules("changi", "jurong", REMOTE),),
    "the other way round": (_rules(REMOTE, BOTH),),
    # Of IPv4 addresses none is left in the order, of IPv6 ones one.
    "nobody": (((*RECORD, "answers", REMOTE), ["2001:db8::31"]), _rules(REMOTE)),
    "another place": (((*RECORD, "rules"), [{"geo": ["TH", "US-CA", "*"], "order": [REMOTE]}]),),
}


def _key(one: RecordSet) -> tuple[str, str, str]:
    return one.name, one.type, one.set_identifier


def _request(one: RecordSet, zone: str, collection: str) -> dict[str, Any]:
    """A record set as the API takes it, without its health check."""
    told: dict[str, Any] = {
        "Name": one.name,
        "Type": one.type,
        "SetIdentifier": one.set_identifier,
    }
    if one.alias:
        told["AliasTarget"] = {
            "HostedZoneId": zone,
            "DNSName": one.alias.target,
            "EvaluateTargetHealth": one.alias.evaluate,
        }
    else:
        told |= {"TTL": one.ttl, "ResourceRecords": [{"Value": value} for value in one.values]}
    match one.policy:
        case Multivalue():
            told["MultiValueAnswer"] = True
        case Weighted(weight=weight):
            told["Weight"] = weight
        case Latency(region=region):
            told["Region"] = region
        case InSubnet(location=location):
            told["CidrRoutingConfig"] = {"CollectionId": collection, "LocationName": location}
        case Failover(first=first):
            told["Failover"] = "PRIMARY" if first else "SECONDARY"
        case Geolocation(country=None, continent=None):
            told["GeoLocation"] = {"CountryCode": "*"}
        case Geolocation(country=country, continent=continent, state=state):
            place = {
                "CountryCode": country,
                "ContinentCode": continent,
                "SubdivisionCode": state,
            }
            told["GeoLocation"] = {key: value for key, value in place.items() if value}
    return told


def _changes(
    old: tuple[RecordSet, ...], new: tuple[RecordSet, ...]
) -> Iterator[tuple[str, RecordSet]]:
    before, after = {_key(one): one for one in old}, {_key(one): one for one in new}
    # The engine goes through the program's order: targets of aliases come before the aliases.
    for key, one in after.items():
        if before.get(key) != one:
            yield ("UPSERT" if key in before else "CREATE"), one
    for key, one in reversed(before.items()):
        if key not in after:
            yield "DELETE", one


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[RecordSet, ...]]:
    """The record sets of each shape of one public record."""
    return {
        name: compile_route53(
            compile_plan(load(variant(tmp_path_factory.mktemp("spec"), *changes)), "aws").zone
        ).records
        for name, changes in SHAPES.items()
    }


@pytest.fixture(scope="module")
def route53(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A client of an emulated Route 53."""
    boto3 = pytest.importorskip("boto3")
    pytest.importorskip("moto")
    from tricenter.offline.aws import daemon

    state: Path = tmp_path_factory.mktemp("aws")
    keys = {"aws_access_key_id": "offline", "aws_secret_access_key": "offline"}
    try:
        url = daemon.start(state)
        yield boto3.client("route53", region_name="us-east-1", endpoint_url=url, **keys)
    finally:
        daemon.stop(state)


def test_the_shapes_are_of_every_policy(shapes: Mapping[str, tuple[RecordSet, ...]]) -> None:
    """What is tried below covers every policy that a record set can have."""
    tried = {type(one.policy) for records in shapes.values() for one in records}
    assert tried == {Multivalue, Weighted, Failover, Geolocation, Latency, InSubnet}
    assert EXAMPLE.is_file()


def test_every_shape_becomes_every_other(
    route53: Any, shapes: Mapping[str, tuple[RecordSet, ...]]
) -> None:
    """No order of creation, change and deletion is refused, and the end is what was asked for."""
    made = route53.create_cidr_collection(Name="subnets", CallerReference="1")["Collection"]["Id"]
    there = {"LocationName": "198-51-100-0-24", "Action": "PUT", "CidrList": ["198.51.100.0/24"]}
    route53.change_cidr_collection(Id=made, Changes=[there])
    for number, (old, new) in enumerate(permutations(shapes, 2)):
        hosted = route53.create_hosted_zone(Name="pay.example.com", CallerReference=str(number))
        zone = hosted["HostedZone"]["Id"].removeprefix("/hostedzone/")
        for action, one in (*_changes((), shapes[old]), *_changes(shapes[old], shapes[new])):
            batch = {
                "Changes": [{"Action": action, "ResourceRecordSet": _request(one, zone, made)}]
            }
            try:
                route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)
            except route53.exceptions.ClientError as error:
                pytest.fail(f"{old} -> {new}: {action} {_key(one)}: {error}")
        pages = route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone)
        there = {
            (found["Name"].rstrip("."), found["Type"], found["SetIdentifier"])
            for page in pages
            for found in page["ResourceRecordSets"]
            if "SetIdentifier" in found
        }
        assert there == {_key(one) for one in shapes[new]}, f"{old} -> {new}"
