"""Self-managed databases on Compute Engine: a machine a site, its data on a disk of its own."""

from collections.abc import Mapping

import pulumi
import pulumi_gcp as gcp

from tricenter.components.gcp.agents import agent
from tricenter.components.gcp.buckets import make_bucket
from tricenter.components.gcp.deployment import Deployment, place_of
from tricenter.components.gcp.keys import Keys, grant_key
from tricenter.components.gcp.machine import make_machine
from tricenter.components.gcp.machine_disk import Machines
from tricenter.components.gcp.machine_network import open_machines
from tricenter.components.gcp.machine_secrets import make_seed
from tricenter.components.gcp.network import Networks
from tricenter.components.gcp.snapshots import Snapshots
from tricenter.components.machine_ports import needs_machine
from tricenter.topology.addresses import own_plan


def deploy(
    deployment: Deployment,
    networks: Networks,
    keys: Keys,
    snapshots: Snapshots,
    *,
    seed: pulumi.Output[str] | None = None,
    vaults: tuple[Mapping[str, pulumi.Output[str]], ...] = (),
) -> Mapping[str, gcp.compute.Instance]:
    """A machine for each site and voice on Google Cloud of the self-managed databases, by host.

    `seed` is given where another cloud's sites share it, `vaults` are further ones to fill (name,
    cloud, region, bucket).
    """
    plan = own_plan(deployment.plan)
    hosts = tuple(
        host
        for host in plan.hosts
        if host.place and host.place.cloud == "gcp" and needs_machine(plan, host)
    )
    places = sorted(
        {(deployment.project_of(place_of(host).owner), place_of(host).region) for host in hosts}
    )
    open_machines(deployment, networks, plan, hosts)
    regions = sorted({region for _, region in places})
    shared = Machines(
        deployment=deployment,
        plan=plan,
        networks=networks,
        keys=keys,
        snapshots=snapshots,
        files={
            place: make_bucket(
                deployment,
                keys,
                deployment.tree.root,
                project=place[0],
                region=place[1],
                capability="files",
                # Everything in it can be rendered again from the spec.
                holds_data=False,
            )
            for place in places
        },
        granted=_let_disks_encrypt(deployment, keys, places),
        seed=seed if seed is not None else make_seed(deployment, deployment.project, regions),
        others=vaults,
    )
    return {host.name: make_machine(shared, host) for host in hosts}


def _let_disks_encrypt(
    deployment: Deployment, keys: Keys, places: list[tuple[str, str]]
) -> Mapping[tuple[str, str], pulumi.Resource]:
    """Compute Engine's own identity encrypts disks with the key of their region."""
    return {
        (project, region): grant_key(
            deployment,
            keys.keys[project, region],
            "compute",
            project,
            region,
            agent(deployment, project, "compute-system"),
        )
        for project, region in places
        if (project, region) in keys.keys
    }
