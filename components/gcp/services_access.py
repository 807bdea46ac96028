"""Private services access: the ranges in which Google puts managed databases of a network."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi_gcp as gcp

from tricenter.components.gcp.deployment import Deployment, place_of

compute = gcp.compute
SUBNET_BITS = 4
"""A region's network has sixteen parts; sites take the first of them, the service the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicesAccess:
    """The connection to Google's network and the range of each region."""

    connection: gcp.servicenetworking.Connection
    ranges: Mapping[str, gcp.compute.GlobalAddress]
    """By region."""


def open_services_access(
    deployment: Deployment, project: str, network: gcp.compute.Network
) -> ServicesAccess:
    """A range for each region, so that none is used up by another, and the connection of all."""
    regions = {
        place_of(host).region: place_of(host).network
        for host in deployment.hosts
        if deployment.project_of(place_of(host).owner) == project
    }
    ranges = {
        region: _range(deployment, project, region, services_range(regions[region]), network)
        for region in sorted(regions)
    }
    connection = gcp.servicenetworking.Connection(
        deployment.logical(None, "services", project),
        network=network.id,
        service="servicenetworking.googleapis.com",
        reserved_peering_ranges=[one.name for one in ranges.values()],
        # Google keeps what a deleted instance used, for up to four days, and may refuse until then
        # to delete the connection; destroying is then repeated later. To abandon it would be
        # worse: its peering stays, and no network with a peering can be deleted. REMOVE_PEERING
        # comes with version 10 of the provider. Checked 2026-11-24:
        # https://docs.cloud.google.com/sql/docs/postgres/delete-instance
        deletion_policy="DELETE",
        opts=deployment.options(deployment.tree.root, owner=project),
    )
    return ServicesAccess(connection=connection, ranges=ranges)


def services_range(network: str) -> IPv4Network:
    """The part of a region's network that is for managed services: its last sixteenth."""
    return list(IPv4Network(network).subnets(SUBNET_BITS))[-1]


def _range(
    deployment: Deployment,
    project: str,
    region: str,
    wanted: IPv4Network,
    network: gcp.compute.Network,
) -> gcp.compute.GlobalAddress:
    return compute.GlobalAddress(
        deployment.logical(region, "services", project),
        name=deployment.named(region),
        project=project,
        description=f"managed databases in {region}",
        purpose="VPC_PEERING",
        address_type="INTERNAL",
        address=str(wanted.network_address),
        prefix_length=wanted.prefixlen,
        network=network.id,
        labels=deployment.labels(),
        opts=deployment.options(deployment.tree.root, owner=project),
    )
