"""A managed database as the other capabilities see it: its parts, their names, its endpoints."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from tricenter.topology.plan import PlannedDatabase


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedDatabase:
    """One database on a service of AWS. Mappings are by region, in the order of their names:
    what is made of them must not change with the leader.

    `writer` and `reader` are names that clients may use; `parts` are the clusters or instances,
    `ids` and `arns` theirs. `group_id` and `group_arn` are those of the global database, None
    where there is no such thing.
    """

    database: PlannedDatabase
    writer: pulumi.Output[str]
    readers: Mapping[str, pulumi.Output[str]]
    ids: Mapping[str, str]
    arns: Mapping[str, pulumi.Output[str]]
    parts: Mapping[str, pulumi.Resource]
    group_id: str | None = None
    group_arn: pulumi.Output[str] | None = None

    @property
    def service(self) -> str:
        """The spec's word for the service: aurora or rds."""
        return self.database.service


Databases = Mapping[str, ManagedDatabase]
"""The managed databases of a topology, by name."""
