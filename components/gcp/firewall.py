"""The rules of a network on Google Cloud: closed both ways, and what is refused is logged."""

import pulumi_gcp as gcp

from tricenter.components.gcp.deployment import Deployment

compute = gcp.compute
LAST = 65534
"""The last priority before Google's own rules, which let everything out and log nothing."""
FIRST = 1000
PRIVATE_APIS = ["199.36.153.4/30", "199.36.153.8/30"]
"""restricted.googleapis.com and private.googleapis.com, reached without the internet.
Checked 2026-11-24: https://docs.cloud.google.com/vpc/docs/configure-private-google-access"""
DATABASE_PORTS = ["3307", "5432", "5433", "6432"]
"""Cloud SQL's connector, PostgreSQL, AlloyDB's connector, and the service's own pooler."""


def close_network(
    deployment: Deployment, project: str, network: gcp.compute.Network, ranges: list[str]
) -> None:
    """Refuse everything in and out of a network but databases inside it and Google's own API."""
    everywhere = ["0.0.0.0/0"]
    tcp = compute.FirewallAllowArgs
    refuse = [compute.FirewallDenyArgs(protocol="all")]
    _rule(
        deployment,
        project,
        network,
        "deny-in",
        priority=LAST,
        denies=refuse,
        direction="INGRESS",
        source_ranges=everywhere,
    )
    _rule(
        deployment,
        project,
        network,
        "deny-out",
        priority=LAST,
        denies=refuse,
        direction="EGRESS",
        destination_ranges=everywhere,
    )
    _rule(
        deployment,
        project,
        network,
        "databases-out",
        priority=FIRST,
        allows=[tcp(protocol="tcp", ports=DATABASE_PORTS)],
        direction="EGRESS",
        destination_ranges=ranges,
    )
    _rule(
        deployment,
        project,
        network,
        "apis-out",
        priority=FIRST,
        allows=[tcp(protocol="tcp", ports=["443"])],
        direction="EGRESS",
        destination_ranges=PRIVATE_APIS,
    )


def _rule(
    deployment: Deployment,
    project: str,
    network: gcp.compute.Network,
    name: str,
    *,
    priority: int,
    direction: str,
    allows: list[gcp.compute.FirewallAllowArgs] | None = None,
    denies: list[gcp.compute.FirewallDenyArgs] | None = None,
    source_ranges: list[str] | None = None,
    destination_ranges: list[str] | None = None,
) -> gcp.compute.Firewall:
    return compute.Firewall(
        deployment.logical(None, "firewall", f"{name}-{project}"),
        name=deployment.named(name),
        project=project,
        network=network.id,
        priority=priority,
        direction=direction,
        allows=allows,
        denies=denies,
        source_ranges=source_ranges,
        destination_ranges=destination_ranges,
        log_config=compute.FirewallLogConfigArgs(metadata="INCLUDE_ALL_METADATA"),
        opts=deployment.options(deployment.tree.root, owner=project),
    )
