"""Placement: which cloud, region, zone and address plan each site has on a target."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Literal

from tricenter.topology.plan import PlannedPlace
from tricenter.topology.spec import Topology
from tricenter.topology.spec_places import AwsPlace, GcpPlace

Cloud = Literal["aws", "gcp"]
Places = Mapping[str, PlannedPlace]
CLOUDS: Mapping[str, tuple[Cloud, ...]] = {
    "lab": (),
    "aws": ("aws",),
    "gcp": ("gcp",),
    "mixed": ("aws", "gcp"),
}
"""The clouds of each target. On `mixed` every site names exactly one of them."""
FIRST_NETWORK = 64
"""Address plans without a stated network are 10.64.0.0/16, 10.65.0.0/16, ..., one a region."""
SUBNET_BITS = 4
"""A site has a sixteenth of its region's network; the rest is for what else the region needs."""


def clouds_of(target: str) -> tuple[Cloud, ...]:
    """The clouds that a target deploys to; none for the lab."""
    return CLOUDS.get(target, ())


def stated_place(
    topology: Topology, name: str, target: str
) -> tuple[Cloud, AwsPlace | GcpPlace] | None:
    """The cloud and the spec's place of a site or witness on a target, None where it has none."""
    found = topology.sites.get(name) or topology.witnesses[name]
    clouds = clouds_of(target)
    if found.aws is not None and "aws" in clouds:
        return "aws", found.aws
    if found.gcp is not None and "gcp" in clouds:
        return "gcp", found.gcp
    return None


def place_sites(topology: Topology, target: str) -> Places:
    """The place of each site and witness that has one on the target, by name."""
    stated = {
        name: place
        for name in (*sorted(topology.sites), *sorted(topology.witnesses))
        if (place := stated_place(topology, name, target))
    }
    networks = _networks([*stated.values()])
    taken: dict[tuple[Cloud, str], int] = {}
    placed: dict[str, PlannedPlace] = {}
    for name, (cloud, place) in stated.items():
        region = (cloud, place.region)
        network = networks[region]
        index = taken[region] = taken.get(region, -1) + 1
        subnets = list(IPv4Network(network).subnets(SUBNET_BITS))
        placed[name] = PlannedPlace(
            cloud=cloud,
            region=place.region,
            zone=place.zone,
            owner=place.account if isinstance(place, AwsPlace) else place.project,
            network=network,
            subnet=str(subnets[index % len(subnets)]),
        )
    return placed


def place_vaults(topology: Topology, target: str) -> Places:
    """The place of each vault that has one on the target's clouds; it has no network."""
    return {
        name: PlannedPlace(
            cloud=cloud,
            region=place.region,
            zone=None,
            owner=place.account if isinstance(place, AwsPlace) else place.project,
            network="",
            subnet="",
        )
        for name, vault in sorted(topology.vaults.items())
        for cloud, place in _vault_places(vault.aws, vault.gcp, target)
    }


def service_of(topology: Topology, database: str, target: str) -> str:
    """What runs a database on a target: patroni on the lab, else the spec's word."""
    spec = topology.databases[database]
    match target:
        case "aws":
            return spec.aws.service
        case "gcp":
            return spec.gcp.service
        case "mixed":
            # Managed services end at their cloud; what spans two is our own on machines.
            return "self-managed"
        case _:
            return "patroni"


def machine_of(topology: Topology, database: str, site: str, target: str) -> str | None:
    """The size of a member's machine in its cloud's word, None where the spec leaves it open."""
    stated = stated_place(topology, site, target)
    if stated is None:
        return None
    spec = topology.databases[database]
    return spec.aws.instance if stated[0] == "aws" else spec.gcp.machine


def _vault_places(
    aws: AwsPlace | None, gcp: GcpPlace | None, target: str
) -> Iterator[tuple[Cloud, AwsPlace | GcpPlace]]:
    """The place on the first of the target's clouds that the vault names."""
    clouds = clouds_of(target)
    if aws is not None and "aws" in clouds:
        yield "aws", aws
    elif gcp is not None and "gcp" in clouds:
        yield "gcp", gcp


def _networks(
    stated: list[tuple[Cloud, AwsPlace | GcpPlace]],
) -> Mapping[tuple[Cloud, str], str]:
    """The network of each region: stated, or the next free one of our own range."""
    found: dict[tuple[Cloud, str], str] = {}
    for cloud, place in stated:
        if place.network:
            found.setdefault((cloud, place.region), place.network)
    used = set(found.values())
    free = (f"10.{second}.0.0/16" for second in range(FIRST_NETWORK, 256))
    named: set[tuple[Cloud, str]] = {(cloud, place.region) for cloud, place in stated}
    for region in sorted(named - found.keys()):
        found[region] = next(network for network in free if network not in used)
    return found
