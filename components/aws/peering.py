"""The ways between the regions: each two networks are peered, and each site knows the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from pulumi_aws import ec2

from tricenter.components.aws.deployment import Deployment


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One end: the network of a region and the route tables of its sites."""

    region: str
    network: str
    vpc: ec2.Vpc
    route_tables: Mapping[str, ec2.RouteTable]


def peer_regions(deployment: Deployment, peers: Sequence[Peer]) -> None:
    """Peer each two regions. Traffic between regions is encrypted by AWS.

    https://docs.aws.amazon.com/vpc/latest/peering/what-is-vpc-peering.html (checked 2026-11-24)
    """
    for one, other in combinations(sorted(peers, key=lambda peer: peer.region), 2):
        connection, accepted = _connect(deployment, one, other)
        for here, there in ((one, other), (other, one)):
            _routes(deployment, here, there, connection, accepted)


def _connect(
    deployment: Deployment, one: Peer, other: Peer
) -> tuple[ec2.VpcPeeringConnection, ec2.VpcPeeringConnectionAccepter]:
    root = deployment.tree.root
    name = deployment.name(one.region, "peering", other.region)
    connection = ec2.VpcPeeringConnection(
        name,
        region=one.region,
        vpc_id=one.vpc.id,
        peer_vpc_id=other.vpc.id,
        peer_region=other.region,
        auto_accept=False,
        tags=deployment.tags(name),
        opts=deployment.options(root, serves=True),
    )
    accepted = ec2.VpcPeeringConnectionAccepter(
        name,
        region=other.region,
        vpc_peering_connection_id=connection.id,
        auto_accept=True,
        tags=deployment.tags(name),
        opts=deployment.options(root, serves=True),
    )
    return connection, accepted


def _routes(
    deployment: Deployment,
    here: Peer,
    there: Peer,
    connection: ec2.VpcPeeringConnection,
    accepted: ec2.VpcPeeringConnectionAccepter,
) -> None:
    for site, table in here.route_tables.items():
        ec2.Route(
            deployment.name(site, "route", there.region),
            region=here.region,
            route_table_id=table.id,
            destination_cidr_block=there.network,
            vpc_peering_connection_id=connection.id,
            # A way that is not accepted yet is no target of a route.
            opts=deployment.options(deployment.tree.networks[site], after=[accepted], serves=True),
        )
