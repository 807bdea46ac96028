"""What an interrupted run had begun on AWS: the id of each thing, by which a state can have it.

An id is what Pulumi's provider calls a thing by (its registry pages, 2026-11-25). What has a chosen
name is known by that, whether it is there or not: a refresh drops what is not. What AWS names is
found by its tags. All else is made again as if it were new, which AWS takes for the same.
"""

import os
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tricenter.drills.cloud.leftovers import Begun, Find, Scan, scan
from tricenter.drills.cloud.leftovers.aws import cidr_collections
from tricenter.roles.aws.calls import Regions
from tricenter.roles.interface import RoleError
from tricenter.roles.seen import NotThere
from tricenter.topology.cloud_types import by_type
from tricenter.topology.cloud_types.row import ByAsking, ByName, ByTags

Inputs = Mapping[str, Any]
ANY = -1
"""The port of a rule that lets all of them through."""
BY_NAME = ("roles:", "cidr_collections:")
"""How a scan begins what it says of lists that hold nothing that is found by tags."""


def finder(stack: str) -> Find:
    """Finds what a stack, by its id, had begun to make."""
    return _Finder(stack).find


@dataclass(slots=True)
class _Finder:
    """Looks for things of one stack; each region is scanned for tags at most once."""

    stack: str
    regions: Regions = field(default_factory=Regions)
    _tagged: dict[str, Scan] = field(default_factory=dict[str, Scan])

    def find(self, kind: str, inputs: Inputs) -> Begun | None:
        """A thing of this type and these arguments."""
        try:
            identity = self._identity(kind, inputs)
        except (LookupError, StopIteration, NotThere):
            return None  # it was not even begun
        return Begun(id=identity) if identity else None

    def _identity(self, kind: str, inputs: Inputs) -> str | None:
        row = by_type("aws").get(f"aws:{kind}")
        if row is None:
            return None
        match row.known:
            case ByName(id=known):
                return known.format_map(inputs)
            case ByTags(arn=arn):
                return self._by_tags(row.kind, inputs, arn=arn)
            case ByAsking(look=look):
                return LOOKS[look](self.regions, _region(inputs), inputs)
            case _:
                return None

    def _by_tags(self, kind: str, inputs: Inputs, *, arn: bool) -> str | None:
        tags: Inputs = inputs.get("tags") or {}
        region, label = _region(inputs), tags.get("Name")
        if region not in self._tagged:
            self._tagged[region] = scan("aws", self.stack, places=(region,))
        for thing in self._tagged[region].found:
            if thing.kind == kind and label and thing.label == label:
                return thing.reference if arn else thing.name
        unseen = [one for one in self._tagged[region].unseen if not one.startswith(BY_NAME)]
        if unseen:
            raise RoleError("; ".join(unseen))
        return None


def _region(inputs: Inputs) -> str:
    return str(inputs.get("region") or os.environ.get("AWS_REGION", "us-east-1"))


def _route(regions: Regions, region: str, inputs: Inputs) -> str:
    del regions, region
    destination = inputs.get("destinationCidrBlock") or inputs["destinationIpv6CidrBlock"]
    return f"r-{inputs['routeTableId']}{zlib.crc32(str(destination).encode())}"


def _association(regions: Regions, region: str, inputs: Inputs) -> str:
    wanted = [{"Name": "association.subnet-id", "Values": [inputs["subnetId"]]}]
    answer = regions.call(region, "ec2", "describe_route_tables", Filters=wanted)
    return next(
        str(one["RouteTableAssociationId"])
        for table in answer["RouteTables"]
        for one in table["Associations"]
        if one.get("SubnetId") == inputs["subnetId"]
    )


def _selection(regions: Regions, region: str, inputs: Inputs) -> str:
    answer = regions.call(region, "backup", "list_backup_selections", BackupPlanId=inputs["planId"])
    return next(
        str(one["SelectionId"])
        for one in answer["BackupSelectionsList"]
        if one["SelectionName"] == inputs["name"]
    )


def _ingress(regions: Regions, region: str, inputs: Inputs) -> str:
    return _rule(regions, region, inputs, egress=False)


def _egress(regions: Regions, region: str, inputs: Inputs) -> str:
    return _rule(regions, region, inputs, egress=True)


def _rule(regions: Regions, region: str, inputs: Inputs, *, egress: bool) -> str:
    """By what it lets through: AWS takes no second rule of the same."""
    wanted = [{"Name": "group-id", "Values": [inputs["securityGroupId"]]}]
    answer = regions.call(region, "ec2", "describe_security_group_rules", Filters=wanted)

    def same(rule: Mapping[str, Any]) -> bool:
        other: Inputs = rule.get("ReferencedGroupInfo") or {}
        told = {
            "cidrIpv4": rule.get("CidrIpv4"),
            "cidrIpv6": rule.get("CidrIpv6"),
            "prefixListId": rule.get("PrefixListId"),
            "referencedSecurityGroupId": other.get("GroupId"),
            "ipProtocol": rule.get("IpProtocol"),
        }
        ports = {"fromPort": rule.get("FromPort"), "toPort": rule.get("ToPort")}
        return all(inputs.get(name) == value for name, value in told.items()) and all(
            inputs.get(name, ANY) == (ANY if value is None else value)
            for name, value in ports.items()
        )

    return next(
        str(rule["SecurityGroupRuleId"])
        for rule in answer["SecurityGroupRules"]
        if bool(rule["IsEgress"]) is egress and same(rule)
    )


def _record(regions: Regions, region: str, inputs: Inputs) -> str:
    del regions, region
    parts = [inputs["zoneId"], inputs["name"], inputs["type"], inputs.get("setIdentifier")]
    return "_".join(str(part) for part in parts if part)


def _cidr_collection(regions: Regions, region: str, inputs: Inputs) -> str:
    """By its name, which Route 53 takes once."""
    del region
    return next(str(c["Id"]) for c in cidr_collections(regions) if c["Name"] == inputs["name"])


def _backups_replication(regions: Regions, region: str, inputs: Inputs) -> str:
    """By its source: RDS refuses to begin it twice."""
    wanted = [{"Name": "db-instance-id", "Values": [inputs["sourceDbInstanceArn"].split(":")[-1]]}]
    answer = regions.call(region, "rds", "describe_db_instance_automated_backups", Filters=wanted)
    return next(
        str(one["DBInstanceAutomatedBackupsArn"])
        for one in answer["DBInstanceAutomatedBackups"]
        if one["DBInstanceArn"] == inputs["sourceDbInstanceArn"]
    )


LOOKS: Mapping[str, Callable[[Regions, str, Inputs], str]] = {
    "association": _association,
    "backups_replication": _backups_replication,
    "cidr_collection": _cidr_collection,
    "egress": _egress,
    "ingress": _ingress,
    "record": _record,
    "route": _route,
    "selection": _selection,
}
"""The questions, by the word that a type's row has for them."""
