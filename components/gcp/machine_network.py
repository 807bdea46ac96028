"""What machines need of the network on Google Cloud: openings between sites, a way to packages."""

import pulumi_gcp as gcp

from tricenter.components.gcp.deployment import Deployment, place_of
from tricenter.components.gcp.network import Networks
from tricenter.components.machine_ports import (
    DNS_PORT,
    EVERYWHERE,
    WEB_PORTS,
    openings,
    serves_names,
    sites_networks,
)
from tricenter.topology.plan import Plan, PlannedHost

compute = gcp.compute
PRIORITY = 900
"""Before the rules that close the network."""


def machine_tag(deployment: Deployment) -> str:
    """The network tag of the machines, by which the rules find them."""
    return deployment.named("machine")


def names_tag(deployment: Deployment) -> str:
    """The network tag of machines whose name server everybody may ask."""
    return deployment.named("names")


def open_machines(
    deployment: Deployment, networks: Networks, plan: Plan, hosts: tuple[PlannedHost, ...]
) -> None:
    """The rules of every project's network for its machines."""
    projects = sorted({deployment.project_of(place_of(host).owner) for host in hosts})
    for project in projects:
        network = networks.networks[project]
        for source, allowed in _grouped(plan).items():
            name = source.replace(".", "-").replace("/", "-")
            _rule(deployment, project, network, f"machines-in-{name}", allowed, source=[source])
        if any(serves_names(plan, host) for host in hosts):
            names = [_allow("tcp", DNS_PORT, DNS_PORT), _allow("udp", DNS_PORT, DNS_PORT)]
            _rule(deployment, project, network, "names-in", names, source=[EVERYWHERE])
        every = [compute.FirewallAllowArgs(protocol="all")]
        _rule(deployment, project, network, "sites-out", every, target=[*sites_networks(plan)])
        web = [_allow("tcp", port, port) for port in WEB_PORTS]
        _rule(deployment, project, network, "web-out", web, target=[EVERYWHERE])


def _grouped(plan: Plan) -> dict[str, list[gcp.compute.FirewallAllowArgs]]:
    """What each network may reach: one rule a network."""
    found: dict[str, list[gcp.compute.FirewallAllowArgs]] = {}
    for opening in openings(plan):
        allowed = found.setdefault(opening.source, [])
        allowed.append(_allow(opening.protocol, opening.first, opening.last))
    return found


def _allow(protocol: str, first: int, last: int) -> gcp.compute.FirewallAllowArgs:
    ports = str(first) if first == last else f"{first}-{last}"
    return compute.FirewallAllowArgs(protocol=protocol, ports=[ports])


def _rule(
    deployment: Deployment,
    project: str,
    network: gcp.compute.Network,
    name: str,
    allowed: list[gcp.compute.FirewallAllowArgs],
    *,
    source: list[str] | None = None,
    target: list[str] | None = None,
) -> None:
    tag = names_tag(deployment) if name == "names-in" else machine_tag(deployment)
    compute.Firewall(
        deployment.logical(None, "firewall", f"{name}-{project}"),
        name=deployment.named(name),
        project=project,
        network=network.id,
        priority=PRIORITY,
        direction="INGRESS" if source else "EGRESS",
        allows=allowed,
        source_ranges=source,
        destination_ranges=target,
        target_tags=[tag],
        log_config=compute.FirewallLogConfigArgs(metadata="INCLUDE_ALL_METADATA"),
        opts=deployment.options(deployment.tree.root, owner=project),
    )
