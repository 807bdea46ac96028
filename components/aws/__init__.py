"""The aws target: made next; until then it says so."""

from collections.abc import Mapping

from tricenter.components.tree import Tree
from tricenter.topology.errors import TricenterError
from tricenter.topology.plan import Plan

PROFILE = "production"


def observed_roles(stack: str, plan: Plan) -> Mapping[str, str]:
    """Nothing is deployed yet."""
    del stack, plan
    return {}


def deploy(tree: Tree, plan: Plan, stack: str, profile: str) -> None:
    """Refuse."""
    del tree, plan, stack, profile
    raise TricenterError("target aws cannot be deployed yet")
