"""Names that are answered inside a network alone: Google's own API, and the databases' writers."""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_gcp as gcp

from tricenter.components.gcp.deployment import Deployment
from tricenter.components.part import Part
from tricenter.topology.dns.leader_name import leader_ttl

dns = gcp.dns
APIS = "googleapis.com."
ADDRESSES = tuple(f"199.36.153.{number}" for number in range(8, 12))
"""private.googleapis.com, which the firewall lets out to; a network finds it only by a zone of its
own. Checked 2026-11-30: https://docs.cloud.google.com/vpc/docs/configure-private-google-access"""
TTL = 300
INSIDE = "internal"
"""The label below the spec's zone whose names are answered inside the networks."""


def lead_to_apis(
    deployment: Deployment, project: str, network: gcp.compute.Network
) -> gcp.dns.ManagedZone:
    """Have a network find Google's API at addresses that it reaches without the internet."""
    root = deployment.tree.root
    zone = _zone(deployment, root, project, network, "apis", APIS, "Google's API, from inside")
    opts = deployment.options(deployment.tree.root, owner=project)
    dns.RecordSet(
        deployment.logical(None, "apis", f"{project}-address"),
        managed_zone=zone.name,
        project=project,
        name=f"private.{APIS}",
        type="A",
        ttl=TTL,
        rrdatas=list(ADDRESSES),
        opts=opts,
    )
    dns.RecordSet(
        deployment.logical(None, "apis", f"{project}-all"),
        managed_zone=zone.name,
        project=project,
        name=f"*.{APIS}",
        type="CNAME",
        ttl=TTL,
        rrdatas=[f"private.{APIS}"],
        opts=opts,
    )
    return zone


def name_writers(
    deployment: Deployment,
    networks: Mapping[str, gcp.compute.Network],
    endpoints: Mapping[str, pulumi.Output[str]],
) -> None:
    """Names of the leaders that clients in the networks, and those who ask through them, can use.

    Cloud SQL's write endpoint is answered inside its network alone. Until 2027-01-05 Google looks
    up the target of a CNAME where its name was found, so that a public name never leads to it; a
    private one does. Networks with databases answer others too: whoever is connected forwards the
    zone to their inbound addresses. Checked 2026-11-30:
    https://docs.cloud.google.com/dns/docs/vpc-name-res-order
    """
    if not endpoints:
        return
    suffix = f"{INSIDE}.{deployment.plan.zone.name}"
    for project, network in networks.items():
        component = deployment.tree.dns
        zone = _zone(
            deployment, component, project, network, INSIDE, f"{suffix}.", "writers, by their names"
        )
        for database in deployment.plan.databases:
            if database.name in endpoints:
                dns.RecordSet(
                    deployment.logical(None, INSIDE, f"{project}-{database.name}"),
                    managed_zone=zone.name,
                    project=project,
                    name=f"{private_writer(deployment, database.writer)}.",
                    type="CNAME",
                    ttl=leader_ttl(deployment.plan.zone),
                    rrdatas=[endpoints[database.name].apply(lambda host: f"{host.rstrip('.')}.")],
                    opts=deployment.options(deployment.tree.dns, owner=project),
                )
        _answer_others(deployment, project, [network])


def private_writer(deployment: Deployment, writer: str) -> str:
    """The name inside the networks that stands for a writer's public one."""
    zone = deployment.plan.zone.name
    return f"{writer.removesuffix(f'.{zone}')}.{INSIDE}.{zone}"


def _answer_others(
    deployment: Deployment, project: str, networks: Sequence[gcp.compute.Network]
) -> None:
    dns.Policy(
        deployment.logical(None, "inbound", project),
        name=deployment.named("inbound"),
        project=project,
        description="those who are connected may ask for names of this network",
        enable_inbound_forwarding=True,
        enable_logging=True,
        networks=[dns.PolicyNetworkArgs(network_url=one.id) for one in networks],
        opts=deployment.options(deployment.tree.dns, owner=project),
    )


def _zone(
    deployment: Deployment,
    parent: Part,
    project: str,
    network: gcp.compute.Network,
    what: str,
    name: str,
    description: str,
) -> gcp.dns.ManagedZone:
    return dns.ManagedZone(
        deployment.logical(None, what, project),
        name=deployment.named(what),
        project=project,
        dns_name=name,
        description=f"tricenter {deployment.plan.topology}: {description}",
        visibility="private",
        private_visibility_config=dns.ManagedZonePrivateVisibilityConfigArgs(
            networks=[dns.ManagedZonePrivateVisibilityConfigNetworkArgs(network_url=network.id)]
        ),
        force_destroy=deployment.drill,
        labels=deployment.labels(),
        opts=deployment.options(parent, owner=project, holds_data=True),
    )
