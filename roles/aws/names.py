"""The name of a database's leader in Route 53, turned to another region's instance."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tricenter.roles.aws.calls import Regions
from tricenter.roles.interface import RoleError
from tricenter.topology.aws_names import partition_of
from tricenter.topology.dns.leader_name import KIND
from tricenter.topology.endpoints import ROUTE53


def turn(regions: Regions, name: str, instances: Collection[str], host: str, region: str) -> None:
    """Turn `name` to the host of an instance in a region.

    `instances` are those that the name may lead to, by their identifiers, which an endpoint begins
    with: a record that leads to none of them is another deployment's. RoleError where there is none
    of ours, or Route 53 does not answer.
    """
    zone, record = _own(regions, name, instances, region)
    if _hosts(record) == [host]:
        return
    changed = {**record, "ResourceRecords": [{"Value": host}]}
    regions.call(
        ROUTE53[partition_of(region)][0],
        "route53",
        "change_resource_record_sets",
        HostedZoneId=zone,
        ChangeBatch={"Changes": [{"Action": "UPSERT", "ResourceRecordSet": changed}]},
    )


def leads_to(regions: Regions, name: str, instances: Collection[str], region: str) -> str:
    """The identifier of the instance that `name` leads to, which is asked as `turn` asks."""
    _, record = _own(regions, name, instances, region)
    return _identifiers(record)[0]


def _own(
    regions: Regions, name: str, instances: Collection[str], region: str
) -> tuple[str, dict[str, Any]]:
    """The zone and the record of a name, where that leads to one of the instances."""
    control, _ = ROUTE53[partition_of(region)]
    for zone in _zones(regions, control, name):
        record = _record(regions, control, zone, name)
        if record is not None and {*_identifiers(record)} & {*instances}:
            return zone, record
    raise RoleError(f"no zone of this account has a record {name} of this deployment")


def _hosts(record: Mapping[str, Any]) -> list[str]:
    return [one["Value"].rstrip(".") for one in record.get("ResourceRecords", ())]


def _identifiers(record: Mapping[str, Any]) -> list[str]:
    return [host.partition(".")[0] for host in _hosts(record)]


def _zones(regions: Regions, control: str, name: str) -> Iterator[str]:
    """The zones that a name may be in, the nearest first."""
    labels = name.rstrip(".").split(".")
    for start in range(1, len(labels) - 1):
        domain = ".".join(labels[start:])
        told = regions.call(control, "route53", "list_hosted_zones_by_name", DNSName=domain)
        for zone in told["HostedZones"]:
            if zone["Name"].rstrip(".") == domain and not zone["Config"].get("PrivateZone"):
                yield zone["Id"].rpartition("/")[2]


def _record(regions: Regions, control: str, zone: str, name: str) -> dict[str, Any] | None:
    told = regions.call(
        *(control, "route53", "list_resource_record_sets"),
        HostedZoneId=zone,
        StartRecordName=name,
        StartRecordType=KIND,
        MaxItems="1",
    )
    found = told["ResourceRecordSets"][:1]
    matching = [r for r in found if r["Name"].rstrip(".") == name and r["Type"] == KIND]
    return matching[0] if matching else None
