"""The root component: it carries the checked spec, so that policies need not read a file."""

from typing import Any, cast

import pulumi

from tricenter.components.part import Part
from tricenter.topology import spec
from tricenter.topology.errors import Path, join_path
from tricenter.topology.plan import Plan
from tricenter.topology.positions import Document


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
            "lines": positions(document),
            "target": plan.target,
            "profile": profile,
        }
        super().__init__(name or plan.topology, facts, opts)
        self.outputs = {
            "digest": plan.digest,
            "zone": plan.zone.name,
            "writers": {database.name: database.writer for database in plan.databases},
        }


def positions(document: Document) -> dict[str, str]:
    """Where each value of the spec stands: `databases.ledger-a.commit.mode` -> `80:22`."""
    found: dict[str, str] = {}
    waiting: list[tuple[Path, Any]] = [((), document.data)]
    while waiting:
        path, value = waiting.pop()
        place = document.value_position(path)
        found[join_path(path)] = f"{place.line}:{place.column}"
        if isinstance(value, dict):
            named = cast(dict[str, Any], value).items()
            waiting += [((*path, key), child) for key, child in named]
        elif isinstance(value, list):
            numbered = enumerate(cast(list[Any], value))
            waiting += [((*path, index), child) for index, child in numbered]
    return dict(sorted(found.items()))
