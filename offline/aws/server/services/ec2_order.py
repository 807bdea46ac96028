"""What EC2 refuses to delete while something uses it, where moto would."""

from typing import Any

from moto.ec2.models import ec2_backends
from moto.rds.models import rds_backends

from tricenter.offline.aws.server.call import Call, refuse

SERVICE = "ec2"
CODE = "DependencyViolation"


def _backend(call: Call) -> Any:
    return ec2_backends[call.account][call.region]


def _databases(call: Call) -> list[Any]:
    backend = rds_backends[call.account][call.region]
    return [*backend.clusters.values(), *backend.databases.values()]


def unused_group(call: Call) -> None:
    """A security group stays while a database, an interface or another group's rule names it."""
    name = call.params.get("GroupId")
    if name is None:
        return
    for database in _databases(call):
        if name in (getattr(database, "vpc_security_group_ids", None) or []):
            refuse(CODE, f"resource {name} has a dependent object: {database.resource_id}")
    for by_vpc in _backend(call).groups.values():
        for other in by_vpc.values():
            rules = [*other.ingress_rules, *other.egress_rules]
            sources = {rule.source_group.get("GroupId") for rule in rules}
            if other.id != name and name in sources:
                refuse(CODE, f"resource {name} has a dependent object: {other.id}")


def unused_subnet(call: Call) -> None:
    """A subnet stays while a database in use may put interfaces into it."""
    name, backend = call.params["SubnetId"], rds_backends[call.account][call.region]
    used = {getattr(cluster, "db_subnet_group_name", None) for cluster in backend.clusters.values()}
    for group in backend.subnet_groups.values():
        if group.name in used and name in {subnet["SubnetIdentifier"] for subnet in group.subnets}:
            refuse(CODE, f"The subnet '{name}' has dependencies and cannot be deleted.")


def empty_vpc(call: Call) -> None:
    """A VPC stays while it has subnets, gateways or peers."""
    name, backend = call.params["VpcId"], _backend(call)
    inside = [
        subnet.id
        for by_zone in backend.subnets.values()
        for subnet in by_zone.values()
        if subnet.vpc_id == name
    ]
    gateways = backend.internet_gateways.values()
    inside += [gateway.id for gateway in gateways if gateway.vpc and gateway.vpc.id == name]
    groups = backend.groups.get(name, {}).values()
    inside += [group.id for group in groups if group.name != "default"]
    if inside:
        refuse(CODE, f"The vpc '{name}' has dependencies and cannot be deleted: {inside[0]}")


GUARDS = {
    "DeleteSecurityGroup": unused_group,
    "DeleteSubnet": unused_subnet,
    "DeleteVpc": empty_vpc,
}
