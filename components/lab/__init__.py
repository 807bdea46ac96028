"""The lab target: every unit of the lab becomes one resource of the lab's provider plugin."""

from collections.abc import Mapping

import pulumi

from tricenter.components.lab.unit import LabUnit
from tricenter.components.part import Part
from tricenter.components.tree import Tree
from tricenter.lab.stack import Stack
from tricenter.lab.unit import Kind, Unit, find_kinds, plan_units
from tricenter.topology.observed import Observed
from tricenter.topology.plan import Plan

PROFILE = "drill"
"""The profile where none is configured: a lab holds nothing that its owner would miss."""


def observe(stack: str, plan: Plan) -> Observed:
    """Who leads each database now; empty where the lab is not up or cannot be asked."""
    if not Stack(stack).exists:
        return Observed()
    from tricenter.lab.errors import LabError
    from tricenter.lab.roles import observed_roles

    try:
        return Observed(leaders=observed_roles(Stack(stack), plan))
    except (LabError, OSError) as error:
        pulumi.log.warn(f"the leaders could not be asked, so the preferred sites count: {error}")
        return Observed()


def deploy(tree: Tree, plan: Plan, stack: str, profile: str) -> None:
    """Put the lab's resources into the components."""
    kinds = find_kinds()
    made: dict[str, LabUnit] = {}
    for unit in plan_units(plan):
        kind = kinds[unit.kind]
        made[unit.name] = LabUnit(
            unit,
            stack=stack,
            settings={"profile": profile} if unit.kind == "stack" else {},
            opts=_options(unit, kind, _parent(unit, kind, tree), made, profile),
        )


def _options(
    unit: Unit, kind: Kind, parent: Part, made: Mapping[str, LabUnit], profile: str
) -> pulumi.ResourceOptions:
    """The stack comes first and goes last; when it goes, it takes everything with it."""
    first = next(iter(made.values()), None)
    after = [made[name] for name in unit.after]
    return pulumi.ResourceOptions(
        parent=parent,
        depends_on=after if first is None or first in after else [first, *after],
        deleted_with=first,
        protect=profile == "production" and getattr(kind, "HOLDS_DATA", False),
    )


def _parent(unit: Unit, kind: Kind, tree: Tree) -> Part:
    match kind.COMPONENT:
        case "SiteNetwork" if unit.host is not None:
            return tree.networks[unit.host]
        case "ReplicatedDatabase" if unit.host is not None:
            return tree.members[unit.data["database"], unit.host]
        case "ReplicatedDatabase":
            return tree.databases[unit.data["database"]]
        case "GeoDns":
            return tree.dns
        case "SnapshotLifecycle":
            return tree.snapshots
        case "FailoverAutomation":
            return tree.failover
        case _:
            return tree.root
