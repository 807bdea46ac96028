"""What the provider does with a unit: checks, compares, makes, looks at and removes it."""

import hashlib
import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, cast

from tricenter.lab.errors import LabError
from tricenter.lab.limits import beyond
from tricenter.lab.provider.tokens import resource_type
from tricenter.lab.provider.values import Change, changes, jsonable
from tricenter.lab.stack import NAME, Stack
from tricenter.lab.unit import Kind, Unit, find_kinds

BUSY_S = 20.0
"""How long to wait for a stack that another verb holds: a killed `pulumi up` lets go within 5 s."""
LONGEST_TEXT = 120
"""Characters of a text that the state keeps as it is."""

Properties = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A property that cannot be used, and why."""

    property: str
    reason: str


@dataclass(slots=True)
class Units:
    """The units of the lab as the engine sees them; every method may run in several threads."""

    kinds: Mapping[str, Kind] = field(default_factory=lambda: by_type(find_kinds()))
    """By type token."""
    _held: dict[str, ExitStack] = field(default_factory=dict[str, ExitStack])
    _guard: Lock = field(default_factory=Lock)

    def check(self, token: str, inputs: Properties) -> list[Failure]:
        """What is wrong with the inputs of a resource."""
        failures: list[Failure] = []
        if token not in self.kinds:
            known = ", ".join(sorted(self.kinds))
            failures.append(Failure(property="", reason=f"the lab has no {token}, only {known}"))
        if not isinstance(inputs.get("stack"), str) or not NAME.fullmatch(inputs["stack"]):
            reason = "not the id of a stack: small letters, digits, inner hyphens, up to 40"
            failures.append(Failure(property="stack", reason=reason))
        if not isinstance(inputs.get("data"), Mapping):
            failures.append(Failure(property="data", reason="not an object"))
        elif token in self.kinds:
            asked = beyond(self.kinds[token].WRITES, inputs.get("host"), inputs["data"])
            failures += [Failure(property=path, reason=reason) for path, reason in asked]
        unknown = sorted(inputs.keys() - {"stack", "host", "data"})
        failures += [Failure(property=key, reason="not known here") for key in unknown]
        return failures

    def differences(
        self, token: str, name: str, old: Properties, new: Properties, ready: Any
    ) -> dict[str, Change]:
        """Where a unit must change: its inputs, or what is really there against what was made.

        Nothing is ever replaced: a unit of another stack would be a second copy of data. Raises
        LabError then.
        """
        if old.get("stack") != new["stack"]:
            raise LabError(
                f"{name} belongs to stack {old.get('stack')!r} and cannot move to "
                f"{new['stack']!r}: give the Pulumi stack its former name, or destroy it first"
            )
        before = {key: old.get(key) for key in ("host", "data")}
        found = dict(changes(before, {key: new.get(key) for key in before}))
        live = self._observe(token, name, old)
        drift = dict(changes(ready, live)) if live else {"": "update"}
        for path in drift:
            found[f"ready.{path}" if path else "ready"] = "update"
        return found

    def make(self, token: str, name: str, inputs: Properties) -> dict[str, Any]:
        """Create or update a unit; its state then. LabError when it does not get ready."""
        self._hold(inputs["stack"])
        kind, stack = self.kinds[token], Stack(inputs["stack"])
        kind.apply(stack, _unit(kind, name, inputs))
        ready = self._observe(token, name, inputs)
        if ready is None:
            raise LabError(f"{name} is not there although it was made")
        return {"ready": ready, "observed": ready}

    def look(
        self, token: str, name: str, inputs: Properties, state: Properties
    ) -> dict[str, Any] | None:
        """The state with what is really there, None when the unit is gone or never was ours."""
        if not {"stack", "data"} <= inputs.keys():
            return None
        live = self._observe(token, name, inputs)
        return None if live is None else {**state, "observed": live}

    def remove(self, token: str, name: str, inputs: Properties) -> None:
        """End a unit; nothing is left to do when its stack is gone."""
        self._hold(inputs["stack"])
        kind, stack = self.kinds[token], Stack(inputs["stack"])
        if stack.path.exists() or kind.COMPONENT == "Topology":
            kind.remove(stack, _unit(kind, name, inputs))
        if not stack.path.exists():
            # This process is ended by the engine without a word, and must not leave its lock.
            self.release()

    def release(self) -> None:
        """Let other verbs work on the stacks that this one has worked on."""
        with self._guard:
            while self._held:
                self._held.popitem()[1].close()

    def _observe(self, token: str, name: str, inputs: Properties) -> dict[str, Any] | None:
        kind, stack = self.kinds[token], Stack(inputs["stack"])
        if not stack.exists:
            return None
        found = kind.observe(stack, _unit(kind, name, inputs))
        return None if found is None else digested(jsonable(found))

    def _hold(self, stack: str) -> None:
        """Keep other verbs off the stack until this process ends."""
        with self._guard:
            if stack not in self._held:
                held = ExitStack()
                held.enter_context(Stack(stack).locked("pulumi", wait=BUSY_S))
                self._held[stack] = held


def digested(value: Any) -> Any:
    """The value with a digest in place of each long text, to keep whole files out of the state."""
    if isinstance(value, dict):
        return {key: digested(entry) for key, entry in cast(dict[str, Any], value).items()}
    if isinstance(value, list):
        return [digested(entry) for entry in cast(list[Any], value)]
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return f"sha256:{hashlib.sha256(value.encode()).hexdigest()[:16]}"
    return value


def by_type(kinds: Mapping[str, Kind]) -> dict[str, Kind]:
    """The kinds of units by the type token of their resources."""
    return {resource_type(name): kind for name, kind in kinds.items()}


def name_of(urn: str) -> str:
    """The logical name at the end of a URN."""
    return re.split("::", urn, maxsplit=3)[-1]


def type_of(urn: str) -> str:
    """The resource's own type in a URN, without those of its parents."""
    return urn.split("::", 3)[2].rpartition("$")[2]


def _unit(kind: Kind, name: str, inputs: Properties) -> Unit:
    """The unit of these inputs; LabError for more than its kind may ask for, checked or not."""
    for path, reason in beyond(kind.WRITES, inputs.get("host"), inputs["data"]):
        raise LabError(f"{name} asks for what no {kind.KIND} may: {path}: {reason}")
    return Unit(kind=kind.KIND, name=name, host=inputs.get("host"), data=inputs["data"])
