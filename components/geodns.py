"""The zone by which clients find the topology."""

import pulumi

from tricenter.components.part import Part
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan


class GeoDns(Part):
    """Name servers, public records by place of the client, and the names of the writers."""

    TOKEN = "tricenter:index:GeoDns"  # noqa: S105 - a type token

    def __init__(self, plan: Plan, opts: pulumi.ResourceOptions) -> None:
        zone = plan.zone
        facts = {
            "zone": zone.name,
            "servers": {server.site: server.provider for server in zone.servers},
            "records": [record.name for record in zone.records],
            "writer_ttl": zone.writer_ttl,
        }
        super().__init__(logical_name(plan.topology, None, "dns"), facts, opts)
        self.outputs = {"zone": zone.name}
