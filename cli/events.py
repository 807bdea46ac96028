"""What the engine says while it works, reduced to what a user wants to see."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast

if TYPE_CHECKING:
    from tricenter.policies.pack.events import Spoken

PACKAGE = "tricenter-lab:"

Stage = Literal["begin", "done", "failed", "message", "summary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that the engine said; `op` is its word for what it does to a resource.

    `text` is a message's, `severity` its weight; `changes` counts resources by operation;
    `changed` says of an update by path how each input changes: add, delete or update; `policy` is
    what a policy pack said.
    """

    stage: Stage
    op: str = ""
    type: str = ""
    name: str = ""
    text: str = ""
    severity: str = ""
    ephemeral: bool = False
    diffs: tuple[str, ...] = ()
    changes: Mapping[str, int] = field(default_factory=dict[str, int])
    changed: Mapping[str, str] = field(default_factory=dict[str, str])
    policy: "Spoken | None" = None

    @property
    def kind(self) -> str:
        """The last word of the resource's type: `Host`."""
        return self.type.rpartition(":")[2]

    @property
    def custom(self) -> bool:
        """Whether the resource is one that a provider makes, and no component."""
        return bool(self.type) and not self.type.startswith(("tricenter:", "pulumi:"))


def read_event(line: str) -> Event | None:
    """The event in a line of the engine's JSON; None for what a user need not see."""
    try:
        read = json.loads(line)
    except ValueError:
        return None
    if not isinstance(read, dict):
        return None
    data = cast(dict[str, Any], read)
    for key, stage in _STEPS.items():
        if key in data:
            return _step(data[key]["metadata"], stage)
    if "diagnosticEvent" in data:
        return _message(data["diagnosticEvent"])
    if "policyEvent" in data:
        return _violation(data["policyEvent"])
    if "summaryEvent" in data:
        return Event(stage="summary", changes=data["summaryEvent"].get("resourceChanges") or {})
    return None


_STEPS: Mapping[str, Stage] = {
    "resourcePreEvent": "begin",
    "resOutputsEvent": "done",
    "resOpFailedEvent": "failed",
}


def _step(metadata: Mapping[str, Any], stage: Stage) -> Event:
    urn = str(metadata["urn"])
    return Event(
        stage=stage,
        op=str(metadata["op"]),
        type=str(metadata["type"]),
        name=urn.rpartition("::")[2],
        diffs=tuple(sorted(metadata.get("detailedDiff") or metadata.get("diffs") or ())),
        changed=_changed(metadata),
    )


def _changed(metadata: Mapping[str, Any]) -> dict[str, str]:
    """How each input changes; a provider that says no more than the names is taken to change."""
    detailed = cast(dict[str, dict[str, str]], metadata.get("detailedDiff") or {})
    kinds = {path: found.get("diffKind", "update") for path, found in detailed.items()}
    return kinds or dict.fromkeys(metadata.get("diffs") or (), "update")


def _message(data: Mapping[str, Any]) -> Event | None:
    if data.get("severity") == "debug":
        return None
    urn = str(data.get("urn") or "")
    return Event(
        stage="message",
        type=urn.split("::")[2].rpartition("$")[2] if urn else "",
        name=urn.rpartition("::")[2],
        text=str(data.get("message", "")).strip(),
        severity=str(data.get("severity", "")),
        ephemeral=bool(data.get("ephemeral")),
    )


def _violation(data: Mapping[str, Any]) -> Event:
    from tricenter.policies.pack.events import read_policy_event

    said = read_policy_event(data)
    return Event(
        stage="message",
        name=said.urn.rpartition("::")[2],
        text=str(said),
        severity="error" if said.mandatory else "warning",
        policy=said,
    )
