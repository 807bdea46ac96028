"""A replicated database and its members, one in each site that holds a copy."""

import pulumi

from tricenter.components.part import Part
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedMember


class ReplicatedDatabase(Part):
    """One unit of the load over its sites; who leads it is no input, since that is not ours."""

    TOKEN = "tricenter:index:ReplicatedDatabase"  # noqa: S105 - a type token

    def __init__(self, plan: Plan, database: PlannedDatabase, opts: pulumi.ResourceOptions) -> None:
        facts = {
            "database": database.name,
            "engine": database.engine,
            "version": database.version,
            "prefer": database.prefer,
            "commit": {"mode": database.mode, "acks": database.acks, "strict": database.strict},
            "sites": [member.site for member in database.members],
        }
        super().__init__(logical_name(plan.topology, None, "database", database.name), facts, opts)
        self.outputs = {"writer": database.writer, "reader": database.reader}


class DatabaseMember(Part):
    """One site's copy of a database."""

    TOKEN = "tricenter:index:DatabaseMember"  # noqa: S105 - a type token

    def __init__(self, plan: Plan, member: PlannedMember, opts: pulumi.ResourceOptions) -> None:
        facts = {
            "database": member.database,
            "site": member.site,
            "voter": member.voter,
            "max_lag": member.max_lag,
            "on_excess": member.on_excess,
        }
        name = logical_name(plan.topology, member.site, "member", member.database)
        super().__init__(name, facts, opts)
        self.outputs = {"site": member.site}
