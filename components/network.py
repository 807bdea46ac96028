"""The place of one site or witness and its links to the others."""

import pulumi

from tricenter.components.part import Part
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan, PlannedHost


class SiteNetwork(Part):
    """Where the services of one site or witness live: its host, its addresses, its links."""

    TOKEN = "tricenter:index:SiteNetwork"  # noqa: S105 - a type token

    def __init__(self, plan: Plan, host: PlannedHost, opts: pulumi.ResourceOptions) -> None:
        links = {
            next(end for end in link.between if end != host.name): link.rtt
            for link in plan.links
            if host.name in link.between
        }
        facts = {"site": host.name, "kind": host.kind, "city": host.city, "links": links}
        super().__init__(logical_name(plan.topology, host.name, "network"), facts, opts)
        self.outputs = {"site": host.name}
