"""The network: a VPC in each region, a private subnet for each site, nothing that is public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2, vpc

from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.flow_logs import make_flow_logs
from tricenter.components.aws.keys import Keys
from tricenter.components.aws.peering import Peer, peer_regions
from tricenter.components.aws.regions import Region, place_of

POSTGRES_PORT = 5432


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionNetwork:
    """The network of one region. `subnets` and `route_tables` are by site or witness.

    `spare` is a subnet in another zone, where RDS needs two zones and only one has a site.
    `databases` is the security group of what listens on PostgreSQL's port.
    """

    region: Region
    vpc: ec2.Vpc
    subnets: Mapping[str, ec2.Subnet]
    route_tables: Mapping[str, ec2.RouteTable]
    spare: ec2.Subnet | None
    databases: ec2.SecurityGroup

    @property
    def group_subnets(self) -> list[pulumi.Output[str]]:
        """The ids of the subnets that a subnet group of RDS takes."""
        spare = [self.spare] if self.spare else []
        sites = [self.subnets[site] for site in self.region.sites]
        return [subnet.id for subnet in (*sites, *spare)]


Networks = Mapping[str, RegionNetwork]
"""By the region's name."""


def make_networks(deployment: Deployment, regions: Sequence[Region], keys: Keys) -> Networks:
    """The networks of all regions, and the ways between each two."""
    networks = {region.name: _network(deployment, region, regions) for region in regions}
    for network in networks.values():
        key = keys[network.region.name]
        make_flow_logs(deployment, network.region.name, network.vpc, key)
    peer_regions(
        deployment,
        [
            Peer(
                region=network.region.name,
                network=network.region.network,
                vpc=network.vpc,
                route_tables=network.route_tables,
            )
            for network in networks.values()
        ],
    )
    return networks


def _network(deployment: Deployment, region: Region, regions: Sequence[Region]) -> RegionNetwork:
    root = deployment.tree.root
    name = deployment.name(region.name, "network")
    made = ec2.Vpc(
        name,
        region=region.name,
        cidr_block=region.network,
        enable_dns_support=True,
        enable_dns_hostnames=True,
        tags=deployment.tags(name),
        opts=deployment.options(root, serves=True),
    )
    _close_default(deployment, region, made)
    subnets = {host.name: _subnet(deployment, region, host.name, made) for host in region.hosts}
    return RegionNetwork(
        region=region,
        vpc=made,
        subnets=subnets,
        route_tables={
            site: _route_table(deployment, region, site, made, subnet)
            for site, subnet in subnets.items()
        },
        spare=_spare_subnet(deployment, region, made),
        databases=_database_group(deployment, region, regions, made),
    )


def _close_default(deployment: Deployment, region: Region, made: ec2.Vpc) -> None:
    """The group that AWS gives to what names none: without rules nothing passes it."""
    name = deployment.name(region.name, "closed")
    ec2.DefaultSecurityGroup(
        name,
        region=region.name,
        vpc_id=made.id,
        ingress=[],
        egress=[],
        tags=deployment.tags(name),
        opts=deployment.options(deployment.tree.root, serves=True),
    )


def _subnet(deployment: Deployment, region: Region, site: str, made: ec2.Vpc) -> ec2.Subnet:
    place = place_of(deployment.plan.host(site))
    name = deployment.name(site, "subnet")
    return ec2.Subnet(
        name,
        region=region.name,
        vpc_id=made.id,
        cidr_block=place.subnet,
        availability_zone=place.zone,
        map_public_ip_on_launch=False,
        tags=deployment.tags(name, site),
        opts=deployment.options(deployment.tree.networks[site], serves=True),
    )


def _spare_subnet(deployment: Deployment, region: Region, made: ec2.Vpc) -> ec2.Subnet | None:
    if region.spare is None:
        return None
    name = deployment.name(region.name, "subnet", "spare")
    return ec2.Subnet(
        name,
        region=region.name,
        vpc_id=made.id,
        cidr_block=region.spare.subnet,
        availability_zone=region.spare.zone,
        map_public_ip_on_launch=False,
        tags=deployment.tags(name),
        opts=deployment.options(deployment.tree.root, serves=True),
    )


def _route_table(
    deployment: Deployment, region: Region, site: str, made: ec2.Vpc, subnet: ec2.Subnet
) -> ec2.RouteTable:
    """A table of its own for each site: what is cut for one site is not cut for the others."""
    name = deployment.name(site, "routes")
    parent = deployment.tree.networks[site]
    table = ec2.RouteTable(
        name,
        region=region.name,
        vpc_id=made.id,
        tags=deployment.tags(name, site),
        opts=deployment.options(parent, serves=True),
    )
    ec2.RouteTableAssociation(
        name,
        region=region.name,
        subnet_id=subnet.id,
        route_table_id=table.id,
        opts=deployment.options(parent, serves=True),
    )
    return table


def _database_group(
    deployment: Deployment, region: Region, regions: Sequence[Region], made: ec2.Vpc
) -> ec2.SecurityGroup:
    """PostgreSQL from the topology's own networks; without a rule nothing goes out."""
    root = deployment.tree.root
    name = deployment.name(region.name, "databases")
    group = ec2.SecurityGroup(
        name,
        region=region.name,
        vpc_id=made.id,
        name=f"{deployment.stack}-databases",
        description=f"{deployment.stack}: PostgreSQL, from the networks of its own regions",
        revoke_rules_on_delete=True,
        tags=deployment.tags(name),
        opts=deployment.options(root, serves=True),
    )
    for peer in regions:
        rule = deployment.name(region.name, "databases", f"from-{peer.name}")
        vpc.SecurityGroupIngressRule(
            rule,
            region=region.name,
            security_group_id=group.id,
            description=f"PostgreSQL from {peer.name}",
            ip_protocol="tcp",
            from_port=POSTGRES_PORT,
            to_port=POSTGRES_PORT,
            cidr_ipv4=peer.network,
            tags=deployment.tags(rule),
            opts=deployment.options(root, serves=True),
        )
    return group
