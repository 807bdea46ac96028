"""What machines need of the network on AWS: a way out, and a group that lets sites in."""

from collections.abc import Mapping
from ipaddress import IPv4Network

import pulumi
from pulumi_aws import ec2, vpc

from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.network import Networks, RegionNetwork
from tricenter.components.aws.regions import place_of
from tricenter.components.machine_ports import (
    DNS_PORT,
    EVERYWHERE,
    WEB_PORTS,
    Opening,
    openings,
    serves_names,
    sites_networks,
)
from tricenter.topology.placement import SUBNET_BITS
from tricenter.topology.plan import Plan, PlannedHost

EXIT_PART = 14
"""Which sixteenth of a region's network has the exits: sites take the first ones, RDS the last."""
EXIT_PREFIX = 28
"""AWS's smallest subnet; a NAT gateway takes one address of it."""


def make_exits(
    deployment: Deployment, networks: Networks, hosts: tuple[PlannedHost, ...]
) -> Mapping[str, pulumi.Resource]:
    """A way out for each site's machine, in its own zone, so that no site needs another's.

    A site whose name server everybody may ask goes out by its own public address instead.
    """
    gateways = {region: _gateway(deployment, network) for region, network in networks.items()}
    made: dict[str, pulumi.Resource] = {}
    for host in hosts:
        place = place_of(host)
        network, gateway = networks[place.region], gateways[place.region]
        table = network.route_tables[host.name]
        parent = deployment.tree.networks[host.name]
        way: dict[str, pulumi.Input[str]] = (
            {"gateway_id": gateway.id}
            if serves_names(deployment.plan, host)
            else {"nat_gateway_id": _nat(deployment, network, gateway, host).id}
        )
        made[host.name] = ec2.Route(
            deployment.name(host.name, "route", "out"),
            region=place.region,
            route_table_id=table.id,
            destination_cidr_block=EVERYWHERE,
            gateway_id=way.get("gateway_id"),
            nat_gateway_id=way.get("nat_gateway_id"),
            opts=deployment.options(parent),
        )
    return made


def exit_subnet(network: str, index: int) -> str:
    """The public subnet of a region's n-th machine."""
    part = list(IPv4Network(network).subnets(SUBNET_BITS))[EXIT_PART]
    return str(list(part.subnets(new_prefix=EXIT_PREFIX))[index])


def make_machine_group(
    deployment: Deployment, network: RegionNetwork, plan: Plan
) -> ec2.SecurityGroup:
    """The group of a region's machines: what sites need between each other, and nothing else."""
    root = deployment.tree.root
    region = network.region.name
    name = deployment.name(region, "machines")
    group = ec2.SecurityGroup(
        name,
        region=region,
        vpc_id=network.vpc.id,
        name=f"{deployment.stack}-machines",
        description=f"{deployment.stack}: machines of its sites, from its own networks",
        revoke_rules_on_delete=True,
        tags=deployment.tags(name),
        opts=deployment.options(root),
    )
    for opening in openings(plan):
        _let_in(deployment, region, group, opening)
    public = [host for host in network.region.hosts if serves_names(plan, host)]
    for protocol in ("tcp", "udp") if public else ():
        opening = Opening(
            name=f"names-{protocol}", protocol=protocol, first=DNS_PORT, last=DNS_PORT,
            source=EVERYWHERE,
        )  # fmt: skip
        _let_in(deployment, region, group, opening)
    for index, cidr in enumerate(sites_networks(plan)):
        _let_out(deployment, region, group, f"sites-{index}", cidr, "-1", None)
    for port in WEB_PORTS:
        _let_out(deployment, region, group, f"web-{port}", EVERYWHERE, "tcp", port)
    return group


def _let_in(
    deployment: Deployment, region: str, group: ec2.SecurityGroup, opening: Opening
) -> None:
    name = deployment.name(region, "machines", f"in-{opening.name}")
    vpc.SecurityGroupIngressRule(
        name,
        region=region,
        security_group_id=group.id,
        description=opening.name,
        ip_protocol=opening.protocol,
        from_port=opening.first,
        to_port=opening.last,
        cidr_ipv4=opening.source,
        tags=deployment.tags(name),
        opts=deployment.options(deployment.tree.root),
    )


def _let_out(
    deployment: Deployment,
    region: str,
    group: ec2.SecurityGroup,
    subject: str,
    cidr: str,
    protocol: str,
    port: int | None,
) -> None:
    name = deployment.name(region, "machines", f"out-{subject}")
    vpc.SecurityGroupEgressRule(
        name,
        region=region,
        security_group_id=group.id,
        description=subject,
        ip_protocol=protocol,
        from_port=port,
        to_port=port,
        cidr_ipv4=cidr,
        tags=deployment.tags(name),
        opts=deployment.options(deployment.tree.root),
    )


def _gateway(deployment: Deployment, network: RegionNetwork) -> ec2.InternetGateway:
    name = deployment.name(network.region.name, "exit")
    return ec2.InternetGateway(
        name,
        region=network.region.name,
        vpc_id=network.vpc.id,
        tags=deployment.tags(name),
        opts=deployment.options(deployment.tree.root),
    )


def _nat(
    deployment: Deployment,
    network: RegionNetwork,
    gateway: ec2.InternetGateway,
    host: PlannedHost,
) -> ec2.NatGateway:
    region, parent = network.region.name, deployment.tree.networks[host.name]
    name = deployment.name(host.name, "exit")
    index = [other.name for other in network.region.hosts].index(host.name)
    subnet = ec2.Subnet(
        name,
        region=region,
        vpc_id=network.vpc.id,
        cidr_block=exit_subnet(network.region.network, index),
        availability_zone=place_of(host).zone,
        map_public_ip_on_launch=False,
        tags=deployment.tags(name, host.name),
        opts=deployment.options(parent),
    )
    table = ec2.RouteTable(
        name,
        region=region,
        vpc_id=network.vpc.id,
        routes=[ec2.RouteTableRouteArgs(cidr_block=EVERYWHERE, gateway_id=gateway.id)],
        tags=deployment.tags(name, host.name),
        opts=deployment.options(parent),
    )
    ec2.RouteTableAssociation(
        name,
        region=region,
        subnet_id=subnet.id,
        route_table_id=table.id,
        opts=deployment.options(parent),
    )
    address = ec2.Eip(
        name,
        region=region,
        domain="vpc",
        tags=deployment.tags(name, host.name),
        opts=deployment.options(parent, after=[gateway]),
    )
    return ec2.NatGateway(
        name,
        region=region,
        subnet_id=subnet.id,
        allocation_id=address.allocation_id,
        connectivity_type="public",
        tags=deployment.tags(name, host.name),
        opts=deployment.options(parent, after=[gateway]),
    )
