"""Roles: which site leads each database now, as the members themselves say."""

from collections.abc import Mapping

from tricenter.lab.at_once import at_once
from tricenter.lab.patroni import leader
from tricenter.lab.stack import Stack
from tricenter.topology.plan import Plan, PlannedDatabase


def observed_roles(stack: Stack, plan: Plan) -> Mapping[str, str]:
    """The leading site by database; without those that nobody leads, empty without a lab."""
    if not stack.exists:
        return {}

    def found(database: PlannedDatabase) -> tuple[str, str | None]:
        return database.name, leader(stack, database)

    return {name: site for name, site in at_once(found, plan.databases) if site}
