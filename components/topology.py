"""The root component: it carries the spec, checked and as it was written.

Policies judge that text with its lines, so that they need no file.
"""

import pulumi

from tricenter.components.part import Part
from tricenter.topology import spec
from tricenter.topology.plan import Plan
from tricenter.topology.positions import Document

DEPLOYED = ("source", "file", "target", "digest")
"""What the next run must know of the spec that was deployed, to tell what it would destroy."""


class Topology(Part):
    """A two-site three-center topology; parent of everything else in the stack."""

    TOKEN = "tricenter:index:Topology"  # noqa: S105 - a type token

    def __init__(
        self,
        plan: Plan,
        topology: spec.Topology,
        document: Document,
        profile: str,
        opts: pulumi.ResourceOptions | None = None,
        name: str | None = None,
    ) -> None:
        facts = {
            "spec": topology.model_dump(mode="json", by_alias=True, exclude_none=True),
            "digest": plan.digest,
            "file": document.file,
            "source": document.text,
            "target": plan.target,
            "profile": profile,
        }
        super().__init__(name or plan.topology, facts, opts)
        self.deployed = {key: facts[key] for key in DEPLOYED}
        self.outputs = {
            "digest": plan.digest,
            "zone": plan.zone.name,
            "writers": {database.name: database.writer for database in plan.databases},
        }

    def finish(self) -> None:
        """Register the outputs, and which spec is deployed now, for the program's next run."""
        self.register_outputs({**self.outputs, "deployed": self.deployed})
