"""What decides after a loss, and what people need then."""

import pulumi

from tricenter.components.part import Part
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan
from tricenter.topology.spec import Topology


class FailoverAutomation(Part):
    """The voices that decide, the modes that the spec allows, the steps kept in every site."""

    TOKEN = "tricenter:index:FailoverAutomation"  # noqa: S105 - a type token

    def __init__(self, plan: Plan, topology: Topology, opts: pulumi.ResourceOptions) -> None:
        facts = {
            "voices": [host.name for host in plan.hosts if host.voice],
            "modes": {
                scenario: {"mode": failover.mode, "decide": failover.decide}
                for scenario, failover in sorted(topology.failover.items())
            },
        }
        super().__init__(logical_name(plan.topology, None, "failover"), facts, opts)
        self.outputs = {"voices": facts["voices"]}
