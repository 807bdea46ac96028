"""What a deployed database still needs before a failover can be forced, done in the same run."""

import asyncio
from typing import Any

import pulumi

from tricenter.components.tree import Tree
from tricenter.topology.plan import Plan

SERVICE = "cloud-sql"
"""Cloud SQL names the replica for disasters at the leader, and only one that exists: of no single
resource can that be an argument when both are made (2026-11-24).

https://cloud.google.com/sql/docs/postgres/use-advanced-disaster-recovery
"""


def prepare_roles(target: str, tree: Tree, plan: Plan, stack: str) -> None:
    """Once the instances are there, have the roles do what they need; nothing in a preview.

    What cannot be done is a warning: all is deployed by then.
    """
    names = {database.name for database in plan.databases if database.service == SERVICE}
    made = [part.outputs["instance"] for (name, _), part in tree.members.items() if name in names]
    if not made or pulumi.runtime.is_dry_run():
        return

    async def prepare(_: Any) -> None:
        # In a thread: the cloud takes its time, and the engine is served by this one.
        for sentence in await asyncio.to_thread(_prepare, target, plan, stack):
            pulumi.log.info(sentence)

    pulumi.Output.all(*made).apply(prepare)


def _prepare(target: str, plan: Plan, stack: str) -> tuple[str, ...]:
    from tricenter.roles.interface import load_roles
    from tricenter.topology.errors import TricenterError

    try:
        return load_roles(target, stack).prepare(plan)
    except (TricenterError, ImportError, OSError) as error:
        pulumi.log.warn(
            "everything is deployed, but no replica is named for disasters yet: a forced failover "
            f"would promote it alone ({error}). `tricenter up` names it, or for each database "
            "`gcloud sql instances patch LEADER --failover-dr-replica-name=PROJECT:REPLICA`"
        )
        return ()
