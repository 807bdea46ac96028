"""The gcp target: managed databases, or the lab's own on machines, on Google Cloud."""

from collections.abc import Mapping

import pulumi

from tricenter.components.tree import Tree
from tricenter.topology.errors import TricenterError
from tricenter.topology.plan import Plan

PROFILE = "production"
"""The profile where none is configured: what is on a cloud is somebody's data."""


def observed_roles(stack: str, plan: Plan) -> Mapping[str, str]:
    """The site that leads each database now; empty where nothing is deployed or none can be asked.

    The preference counts then, and a warning says so.
    """
    from tricenter.roles.interface import leaders, load_roles

    try:
        return leaders(load_roles("gcp", stack).observe(plan))
    except (TricenterError, ImportError, OSError) as error:
        pulumi.log.warn(f"the leaders could not be asked, so the preferred sites count: {error}")
        return {}


def deploy(tree: Tree, plan: Plan, stack: str, profile: str) -> None:
    """Put the resources of Google Cloud into the components, for the sites that stand there."""
    # Each takes a while to import: what another target deploys need not wait for them.
    from tricenter.components.gcp.cloudsql import make_databases
    from tricenter.components.gcp.deployment import open_deployment
    from tricenter.components.gcp.keys import make_keys
    from tricenter.components.gcp.network import make_networks

    deployment = open_deployment(tree, plan, stack, profile)
    networks = make_networks(deployment)
    keys = make_keys(deployment)
    make_databases(deployment, networks, keys)
