"""The networks on Google Cloud: one a project, a subnetwork a site, nothing open."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_gcp as gcp

from tricenter.components.gcp.deployment import Deployment, place_of
from tricenter.components.gcp.firewall import close_network
from tricenter.components.gcp.private_names import lead_to_apis
from tricenter.components.gcp.services_access import ServicesAccess, open_services_access
from tricenter.topology.plan import PlannedHost

compute = gcp.compute


@dataclass(frozen=True, slots=True, kw_only=True)
class Networks:
    """What stands in a network finds its way here: by project, and by site."""

    networks: Mapping[str, gcp.compute.Network]
    """By project."""
    subnetworks: Mapping[str, gcp.compute.Subnetwork]
    """By site or witness."""
    access: Mapping[str, ServicesAccess]
    """By project that has managed databases: the ranges that their service may use."""
    exits: Mapping[tuple[str, str], gcp.compute.RouterNat]
    """By project and region whose machines must reach package archives."""


def make_networks(deployment: Deployment) -> Networks:
    """The networks of every project, closed by default, with what the plan needs in them."""
    networks: dict[str, gcp.compute.Network] = {}
    for project, hosts in by_project(deployment).items():
        networks[project] = network = _network(deployment, project)
        close_network(deployment, project, network, _ranges(hosts))
        lead_to_apis(deployment, project, network)
    subnetworks = {
        host.name: _subnetwork(deployment, host, networks[_project(deployment, host)])
        for host in deployment.hosts
    }
    _peer(deployment, networks)
    managed = {_project(deployment, host) for host in _managed_hosts(deployment)}
    return Networks(
        networks=networks,
        subnetworks=subnetworks,
        access={
            project: open_services_access(deployment, project, networks[project])
            for project in sorted(managed)
        },
        exits={
            (project, region): _exit(deployment, project, region, networks[project])
            for project, region in sorted(_regions_with_machines(deployment))
        },
    )


def by_project(deployment: Deployment) -> dict[str, tuple[PlannedHost, ...]]:
    """The hosts on Google Cloud by their project."""
    found: dict[str, tuple[PlannedHost, ...]] = {}
    for host in deployment.hosts:
        project = _project(deployment, host)
        found[project] = (*found.get(project, ()), host)
    return found


def _project(deployment: Deployment, host: PlannedHost) -> str:
    return deployment.project_of(place_of(host).owner)


def _ranges(hosts: tuple[PlannedHost, ...]) -> list[str]:
    return sorted({place_of(host).network for host in hosts})


def _managed_hosts(deployment: Deployment) -> list[PlannedHost]:
    sites = {
        member.site
        for database in deployment.plan.databases
        if database.service in {"cloud-sql", "alloydb"}
        for member in database.members
    }
    return [host for host in deployment.hosts if host.name in sites]


def _regions_with_machines(deployment: Deployment) -> set[tuple[str, str]]:
    """Where self-managed databases run, or the voices that decide for them."""
    own = [one for one in deployment.plan.databases if one.service == "self-managed"]
    sites = {member.site for database in own for member in database.members}
    return {
        (_project(deployment, host), place_of(host).region)
        for host in deployment.hosts
        if host.name in sites or (own and host.voice)
    }


def _network(deployment: Deployment, project: str) -> gcp.compute.Network:
    return compute.Network(
        deployment.logical(None, "network", project),
        name=deployment.named("network"),
        project=project,
        description=f"tricenter {deployment.plan.topology}",
        auto_create_subnetworks=False,
        # Each region reaches the others' ranges, also through routers of the user's own.
        routing_mode="GLOBAL",
        opts=deployment.options(deployment.tree.root, owner=project),
    )


def _subnetwork(
    deployment: Deployment, host: PlannedHost, network: gcp.compute.Network
) -> gcp.compute.Subnetwork:
    place = place_of(host)
    return compute.Subnetwork(
        deployment.logical(host.name, "subnet"),
        name=deployment.named(host.name),
        project=deployment.project_of(place.owner),
        region=place.region,
        network=network.id,
        ip_cidr_range=place.subnet,
        stack_type="IPV4_ONLY",
        private_ip_google_access=True,
        log_config=compute.SubnetworkLogConfigArgs(
            aggregation_interval="INTERVAL_1_MIN",
            flow_sampling=0.5,
            metadata="INCLUDE_ALL_METADATA",
        ),
        opts=deployment.options(deployment.tree.networks[host.name], owner=place.owner),
    )


def _exit(
    deployment: Deployment, project: str, region: str, network: gcp.compute.Network
) -> gcp.compute.RouterNat:
    """A way out for machines without a public address; nothing comes in by it."""
    root = deployment.tree.root
    router = compute.Router(
        deployment.logical(region, "router", project),
        name=deployment.named(region),
        project=project,
        region=region,
        network=network.id,
        opts=deployment.options(root, owner=project),
    )
    return compute.RouterNat(
        deployment.logical(region, "nat", project),
        name=deployment.named(region),
        project=project,
        region=region,
        router=router.name,
        nat_ip_allocate_option="AUTO_ONLY",
        source_subnetwork_ip_ranges_to_nat="ALL_SUBNETWORKS_ALL_IP_RANGES",
        log_config=compute.RouterNatLogConfigArgs(enable=True, filter="ERRORS_ONLY"),
        opts=deployment.options(root, owner=project),
    )


def _peer(deployment: Deployment, networks: Mapping[str, gcp.compute.Network]) -> None:
    """Networks of different projects reach each other; each side has to ask."""
    for here, own in networks.items():
        for there, other in networks.items():
            if here == there:
                continue
            compute.NetworkPeering(
                deployment.logical(None, "peering", f"{here}-{there}"),
                name=deployment.named("to", there),
                network=own.id,
                peer_network=other.id,
                opts=deployment.options(deployment.tree.root, owner=here),
            )
