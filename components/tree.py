"""The components of one plan: which there are, and which is whose parent, on every target."""

from collections.abc import Iterator
from dataclasses import dataclass

import pulumi

from tricenter.components.database import DatabaseMember, ReplicatedDatabase
from tricenter.components.failover import FailoverAutomation
from tricenter.components.geodns import GeoDns
from tricenter.components.network import SiteNetwork
from tricenter.components.part import Part
from tricenter.components.snapshots import SnapshotLifecycle
from tricenter.components.topology import Topology
from tricenter.topology import spec
from tricenter.topology.plan import Plan
from tricenter.topology.positions import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The components of a topology, still without the resources of a target."""

    root: Topology
    networks: dict[str, SiteNetwork]
    databases: dict[str, ReplicatedDatabase]
    members: dict[tuple[str, str], DatabaseMember]
    """By database and site."""
    dns: GeoDns
    snapshots: SnapshotLifecycle
    failover: FailoverAutomation

    def parts(self) -> Iterator[Part]:
        """Every component, children before their parents."""
        yield from self.networks.values()
        yield from self.members.values()
        yield from self.databases.values()
        yield from (self.dns, self.snapshots, self.failover, self.root)

    def finish(self) -> None:
        """Register the outputs of every component; nothing may be put into them afterwards."""
        for part in self.parts():
            part.finish()


def plant(
    plan: Plan,
    topology: spec.Topology,
    document: Document,
    profile: str,
    opts: pulumi.ResourceOptions | None = None,
    name: str | None = None,
) -> Tree:
    """Make the components of a plan; a target then puts its resources into them.

    `opts` and `name` are the root's, where it is one resource of somebody's larger program; all
    other names come from the spec.
    """
    root = Topology(plan, topology, document, profile, opts, name)
    below = pulumi.ResourceOptions(parent=root)
    databases = {d.name: ReplicatedDatabase(plan, d, below) for d in plan.databases}
    return Tree(
        root=root,
        networks={host.name: SiteNetwork(plan, host, below) for host in plan.hosts},
        databases=databases,
        members={
            (d.name, m.site): DatabaseMember(
                plan, m, pulumi.ResourceOptions(parent=databases[d.name])
            )
            for d in plan.databases
            for m in d.members
        },
        dns=GeoDns(plan, below),
        snapshots=SnapshotLifecycle(plan, below),
        failover=FailoverAutomation(plan, topology, below),
    )
