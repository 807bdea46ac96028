"""Backups from their schedule to their end, and where their copies are."""

import pulumi

from tricenter.components.part import Part
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan


class SnapshotLifecycle(Part):
    """Every backup schedule of a topology with its repositories and cold vaults."""

    TOKEN = "tricenter:index:SnapshotLifecycle"  # noqa: S105 - a type token

    def __init__(self, plan: Plan, opts: pulumi.ResourceOptions) -> None:
        facts = {
            "schedules": [
                {
                    "name": backup.name,
                    "databases": list(backup.databases),
                    "full": backup.full,
                    "incremental": backup.incremental,
                    "keep": {
                        "daily": backup.daily,
                        "weekly": backup.weekly,
                        "monthly": backup.monthly,
                    },
                    "repositories": list(backup.repositories),
                    "vaults": list(backup.vaults),
                    "immutable": backup.immutable,
                }
                for backup in plan.backups
            ]
        }
        super().__init__(logical_name(plan.topology, None, "snapshots"), facts, opts)
        self.outputs = {"schedules": [backup.name for backup in plan.backups]}
