"""The mixed target: each site on the one cloud that it names, one Patroni cluster over both."""

from tricenter.components.observing import observe_roles
from tricenter.components.tree import Tree
from tricenter.topology.observed import Observed
from tricenter.topology.plan import Plan

PROFILE = "production"
"""The profile where none is configured: on a cloud, data is somebody's."""


def observe(stack: str, plan: Plan) -> Observed:
    """Who leads each database now: `components/observing.py`."""
    return observe_roles("mixed", stack, plan)


def deploy(tree: Tree, plan: Plan, stack: str, profile: str) -> None:
    """Put the resources of both clouds into the components."""
    from tricenter.components.mixed.deployment import deploy_all

    deploy_all(tree, plan, stack, profile)
