"""The mixed target: each site on the one cloud that it names, one Patroni cluster over both."""

import pulumi

from tricenter.components.tree import Tree
from tricenter.topology.errors import TricenterError
from tricenter.topology.observed import Observed
from tricenter.topology.plan import Plan

PROFILE = "production"
"""The profile where none is configured: on a cloud, data is somebody's."""


def observe(stack: str, plan: Plan) -> Observed:
    """Who leads each database now; empty where nothing is deployed or can be asked."""
    from tricenter.roles.interface import load_roles, seen

    try:
        return seen(load_roles("mixed", stack).observe(plan))
    except (TricenterError, ImportError, OSError) as error:
        pulumi.log.warn(f"the leaders could not be asked, so the preferred sites count: {error}")
        return Observed()


def deploy(tree: Tree, plan: Plan, stack: str, profile: str) -> None:
    """Put the resources of both clouds into the components."""
    from tricenter.components.mixed.deployment import deploy_all

    deploy_all(tree, plan, stack, profile)
