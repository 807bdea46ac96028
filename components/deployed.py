"""The spec that a stack has deployed, asked of the engine, and what a new one would destroy."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, cast

import pulumi

from tricenter.policies.diff.consents import consent_lines, consented
from tricenter.policies.diff.danger import Change, Danger, find_dangers
from tricenter.topology.document import Document, parse
from tricenter.topology.errors import SpecError
from tricenter.topology.spec import Topology
from tricenter.topology.validate import validate

ROOT = "tricenter:index:Topology"
"""The type of the component whose outputs say what is deployed."""
OUTPUTS, RESOURCES = "pulumi:pulumi:readStackOutputs", "pulumi:pulumi:readStackResourceOutputs"
"""Functions of the engine itself (pkg/resource/deploy/builtins.go, 3.250.0, checked 2026-11-30)."""


def deployed_spec(digest: str) -> Mapping[str, Any] | None:
    """What the root component said of the spec that is deployed: `source`, `file`, `target`.

    None where nothing is, where it has the same `digest`, or where it cannot be known, which is
    said: the engine's protection of what holds data stands all the same.
    """
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    try:
        # A stack that was never deployed has no outputs, and the second question would end the
        # engine: it does not look whether there is a state.
        known = _asked(OUTPUTS, {"name": stack})
        if not known or known.get("digest") == digest:
            return None
        found = _asked(RESOURCES, {"stackName": stack})
    except Exception as error:  # noqa: BLE001 - whatever the engine has against the question
        pulumi.log.warn(f"what is deployed cannot be asked, so a loss is not foretold: {error}")
        return None
    roots = (one["outputs"] for one in found.values() if one["type"] == ROOT)
    return next((said for root in roots if (said := root.get("deployed"))), None)


def forbidden_losses(
    before: Mapping[str, Any],
    topology: Topology,
    read: Document,
    target: str,
    today: date,
    allowed: Collection[str],
) -> tuple[Danger, ...]:
    """The losses of data that neither a line of the spec nor `allowed` lets through."""
    old = parse(before["source"], f"{before['file']} (deployed)")
    try:
        was = validate(old)
    except SpecError as error:
        pulumi.log.warn(f"the deployed spec is not valid here, so a loss is not foretold: {error}")
        return ()
    change = Change(old=was, new=topology, old_target=before["target"], new_target=target)
    dangers = find_dangers(change, old, read)
    lines = consent_lines(topology, read, dangers, today, before=was)
    return tuple(one for one in consented(dangers, lines, allowed) if not one.allowed)


def _asked(function: str, arguments: Mapping[str, str]) -> Mapping[str, Any]:
    result = pulumi.runtime.invoke(function, dict(arguments))
    value = cast(Mapping[str, Any], result.value or {})
    return cast(Mapping[str, Any], value.get("outputs") or {})
