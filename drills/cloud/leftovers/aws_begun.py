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
from tricenter.roles.aws.calls import Regions
from tricenter.roles.interface import RoleError
from tricenter.roles.seen import NotThere

Inputs = Mapping[str, Any]
NAMED: Mapping[str, str] = {
    "backup/restoreTestingPlan:RestoreTestingPlan": "{name}",
    "backup/restoreTestingSelection:RestoreTestingSelection": "{name}:{restoreTestingPlanName}",
    "backup/vault:Vault": "{name}",
    "cloudwatch/compositeAlarm:CompositeAlarm": "{alarmName}",
    "cloudwatch/eventRule:EventRule": "{name}",
    "cloudwatch/logGroup:LogGroup": "{name}",
    "cloudwatch/metricAlarm:MetricAlarm": "{name}",
    "dynamodb/table:Table": "{name}",
    "ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": "{vpcPeeringConnectionId}",
    "iam/instanceProfile:InstanceProfile": "{name}",
    "iam/role:Role": "{name}",
    "iam/rolePolicy:RolePolicy": "{role}:{name}",
    "kms/alias:Alias": "{name}",
    "lambda/function:Function": "{name}",
    "rds/cluster:Cluster": "{clusterIdentifier}",
    "rds/clusterInstance:ClusterInstance": "{identifier}",
    "rds/clusterParameterGroup:ClusterParameterGroup": "{name}",
    "rds/globalCluster:GlobalCluster": "{globalClusterIdentifier}",
    "rds/instance:Instance": "{identifier}",
    "rds/parameterGroup:ParameterGroup": "{name}",
    "rds/subnetGroup:SubnetGroup": "{name}",
    "s3/bucket:Bucket": "{bucket}",
}
"""By the type without its `aws:`: the id in terms of the arguments."""
TAGGED: Mapping[str, str] = {
    "backup/plan:Plan": "backup backup-plan",
    "dlm/lifecyclePolicy:LifecyclePolicy": "dlm policy",
    "ebs/volume:Volume": "ec2 volume",
    "ec2/eip:Eip": "ec2 elastic-ip",
    "ec2/flowLog:FlowLog": "ec2 vpc-flow-log",
    "ec2/instance:Instance": "ec2 instance",
    "ec2/internetGateway:InternetGateway": "ec2 internet-gateway",
    "ec2/launchTemplate:LaunchTemplate": "ec2 launch-template",
    "ec2/natGateway:NatGateway": "ec2 natgateway",
    "ec2/routeTable:RouteTable": "ec2 route-table",
    "ec2/securityGroup:SecurityGroup": "ec2 security-group",
    "ec2/subnet:Subnet": "ec2 subnet",
    "ec2/vpc:Vpc": "ec2 vpc",
    "ec2/vpcPeeringConnection:VpcPeeringConnection": "ec2 vpc-peering-connection",
    "fis/experimentTemplate:ExperimentTemplate": "fis experiment-template",
    "kms/key:Key": "kms key",
    "route53/healthCheck:HealthCheck": "route53 healthcheck",
    "route53/zone:Zone": "route53 hostedzone",
    "secretsmanager/secret:Secret": "secretsmanager secret",
    "sfn/stateMachine:StateMachine": "states stateMachine",
    "sns/topic:Topic": "sns",
}
"""By the type: the kind that an ARN has."""
ANY = -1
"""The port of a rule that lets all of them through."""
BY_NAME = "roles:"
"""How a scan begins what it says of IAM's lists, which hold nothing that is found by tags."""
BY_ARN = frozenset({"secretsmanager secret", "states stateMachine", "sns"})
"""Kinds whose id is the ARN."""


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
        if kind in NAMED:
            return NAMED[kind].format_map(inputs)
        if kind in TAGGED:
            return self._by_tags(TAGGED[kind], inputs)
        look = LOOKED.get(kind)
        return look(self.regions, _region(inputs), inputs) if look else None

    def _by_tags(self, kind: str, inputs: Inputs) -> str | None:
        tags: Inputs = inputs.get("tags") or {}
        region, label = _region(inputs), tags.get("Name")
        if region not in self._tagged:
            self._tagged[region] = scan("aws", self.stack, places=(region,))
        for thing in self._tagged[region].found:
            if thing.kind == kind and label and thing.label == label:
                return thing.reference if kind in BY_ARN else thing.name
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


LOOKED: Mapping[str, Callable[[Regions, str, Inputs], str]] = {
    "backup/selection:Selection": _selection,
    "ec2/route:Route": _route,
    "ec2/routeTableAssociation:RouteTableAssociation": _association,
    "route53/record:Record": _record,
    "vpc/securityGroupEgressRule:SecurityGroupEgressRule": _egress,
    "vpc/securityGroupIngressRule:SecurityGroupIngressRule": _ingress,
}
