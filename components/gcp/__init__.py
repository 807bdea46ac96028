"""The gcp target: managed databases, or the lab's own on machines, on Google Cloud."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pulumi

from tricenter.components.observing import observe_roles
from tricenter.components.tree import Tree
from tricenter.topology.observed import Observed
from tricenter.topology.plan import Plan

if TYPE_CHECKING:
    from tricenter.components.gcp.deployment import Deployment

PROFILE = "production"
"""The profile where none is configured: what is on a cloud is somebody's data."""


def observe(stack: str, plan: Plan) -> Observed:
    """Who leads each database now: `components/observing.py`."""
    return observe_roles("gcp", stack, plan)


def deploy(tree: Tree, plan: Plan, stack: str, profile: str) -> None:
    """Put the resources of Google Cloud into the components."""
    # Each takes a while to import: what another target deploys need not wait for them.
    from tricenter.components.gcp.deployment import open_deployment
    from tricenter.components.gcp.geodns import deploy_dns

    deployment = open_deployment(tree, plan, stack, profile)
    writers = deploy_sites(deployment)
    if "cloud-dns" in plan.zone.services:
        deploy_dns(deployment, writers=writers)


def deploy_sites(deployment: "Deployment") -> Mapping[str, pulumi.Input[str]]:
    """Everything but DNS, for the sites that stand on Google Cloud; the writers by database."""
    from tricenter.components.gcp import alloydb, cloudsql
    from tricenter.components.gcp.bundles import make_bundles
    from tricenter.components.gcp.failover import make_failover
    from tricenter.components.gcp.keys import make_keys
    from tricenter.components.gcp.network import make_networks
    from tricenter.components.gcp.private_names import name_writers
    from tricenter.components.gcp.snapshots import make_snapshots

    networks = make_networks(deployment)
    keys = make_keys(deployment)
    made = cloudsql.make_databases(deployment, networks, keys)
    snapshots = make_snapshots(
        deployment, keys, {name: database.instances for name, database in made.items()}
    )
    name_writers(deployment, networks.networks, {n: one.writer for n, one in made.items()})
    make_failover(deployment)
    make_bundles(deployment, keys)
    if any(database.service == "self-managed" for database in deployment.plan.databases):
        from tricenter.components.gcp import self_managed

        self_managed.deploy(deployment, networks, keys, snapshots)
    return {
        **{name: database.writer for name, database in made.items()},
        **alloydb.make_databases(deployment, networks, keys),
    }
