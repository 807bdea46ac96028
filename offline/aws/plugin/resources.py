"""The life of a resource as the engine sees it: compared, made, looked at, changed, removed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tricenter.offline.aws.errors import EmulatedAwsError
from tricenter.offline.aws.model import UNKNOWN
from tricenter.offline.aws.plugin.cloud import Cloud
from tricenter.offline.aws.plugin.judge import DEFAULTS
from tricenter.offline.aws.plugin.kind import At, Found, Kind
from tricenter.offline.aws.plugin.translate import alike
from tricenter.offline.aws.plugin.values import Props, knows

WRITE_ONLY = ("Wo",)
"""Endings of arguments that go to the cloud and are never kept."""


class HalfMade(EmulatedAwsError):
    """A resource was begun and its making failed; the state must keep what there is."""

    def __init__(self, resource: str, reason: str) -> None:
        self.resource = resource
        super().__init__(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a change of inputs means for a resource."""

    changed: frozenset[str]
    replacing: frozenset[str]
    delete_first: bool


def difference(kind: Kind, old: Props, new: Props) -> Difference:
    """How new inputs differ from old ones; unknown values count as changed."""
    # A value that is never kept cannot be compared: its version says that it changed.
    names = {name for name in {*old, *new} if name != DEFAULTS and not _secret(name)}
    changed = frozenset(
        name
        for name in names
        if (not knows(new.get(name)) or not _same(old.get(name), new.get(name)))
        and not kind.overlooked(name, old, new)
    )
    replacing = frozenset(name for name in changed if not kind.changeable(name))
    # A name that was chosen cannot be had twice: the old one goes first.
    chosen = bool(kind.autoname) and kind.autoname not in new.get(DEFAULTS, [])
    keeps_name = chosen and kind.autoname not in changed
    return Difference(changed=changed, replacing=replacing, delete_first=keeps_name)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return alike(one, other) and alike(other, one)
    return alike(one, other)


def foreseen(kind: Kind, inputs: Props) -> Props:
    """The outputs that a preview shows: what is given, and unknown what the cloud will say."""
    sdk = kind.sdk
    told = {name: UNKNOWN for name in sdk.outputs if name not in sdk.arguments}
    told |= dict.fromkeys(kind.computed, UNKNOWN)
    kept = {key: value for key, value in inputs.items() if key != DEFAULTS and not _secret(key)}
    return {**told, **kept}


@dataclass(slots=True)
class Resources:
    """Works on resources of every kind in one emulated cloud."""

    cloud: Cloud

    def at(self, kind: Kind, resource: str, props: Props) -> At:
        """A resource at work; a `name@region` names the region of one that is imported."""
        identity, region = resource, props.get("region") or self.cloud.region
        if "@" in resource and not props:
            identity, _, region = resource.rpartition("@")
        plain = {key: value for key, value in props.items() if key != DEFAULTS}
        tags = {**self.cloud.default_tags, **plain.get("tags", {})}
        if tags and "tags" in kind.sdk.arguments:
            plain["tags"] = tags
        return At(cloud=self.cloud, service=kind.service, id=identity, props=plain, region=region)

    def create(self, kind: Kind, inputs: Props) -> tuple[str, Props]:
        """Make a resource; raises HalfMade where a later step failed."""
        at = self.at(kind, "", inputs)
        props = {**at.props, "region": at.region} if kind.regional else at.props
        request, where = kind.creation(props), kind.create_region(props) or at.region
        answer = kind.create_otherwise(at, request)
        if answer is None:
            answer = self.cloud.call(kind.service, kind.create, request, where)
        made = kind.identify(answer, at.props)
        at = self.at(kind, made, inputs)
        try:
            self._put_tags(kind, at)
            kind.settle(at, None)
            found = kind.look(at)
            if found is None:
                raise EmulatedAwsError(f"{kind.sdk_name} {made} is not there after its creation")
            return made, self._state(kind, at, found, inputs)
        except EmulatedAwsError as error:
            raise HalfMade(made, str(error)) from error

    def update(self, kind: Kind, resource: str, old: Props, new: Props) -> Props:
        """Change a resource in place."""
        at, before = self.at(kind, resource, new), self.at(kind, resource, old)
        changed = frozenset(
            name
            for name in {*at.props, *before.props}
            if not _same(before.props.get(name), at.props.get(name))
            and not kind.overlooked(name, before.props, at.props)
        )
        kind.update(at, before.props, changed)
        found = kind.look(at)
        if found is None:
            raise EmulatedAwsError(f"{kind.sdk_name} {resource} is gone: refresh, then go on")
        self._change_tags(kind, at, found)
        return self._state(kind, at, kind.look(at) or found, new)

    def read(self, kind: Kind, resource: str, inputs: Props) -> tuple[Props, Props] | None:
        """Outputs and inputs of what is really there, or None if it is gone."""
        at = self.at(kind, resource, inputs)
        found = kind.look(at)
        if found is None:
            return None
        state = kind.state(at, found)
        if not inputs:
            inputs = {k: v for k, v in state.items() if k in kind.sdk.arguments}
            if self.cloud.region == at.region:
                inputs.pop("region", None)
            if state.get("tagsAll"):
                inputs["tags"] = state["tagsAll"]
        else:
            inputs = self._drifted(kind, inputs, state)
        return self._state(kind, at, found, inputs), inputs

    def delete(self, kind: Kind, resource: str, state: Props) -> None:
        """Remove a resource."""
        kind.remove(self.at(kind, resource, state))

    def _drifted(self, kind: Kind, inputs: Props, state: Props) -> Props:
        """The inputs with what is really there, where that says otherwise."""
        result = dict(inputs)
        for name, value in inputs.items():
            if name in state and name != "tags" and not alike(value, state[name]):
                result[name] = state[name]
        if kind.tags is not None:
            theirs = state.get("tagsAll", {})
            ours = {k: v for k, v in theirs.items() if self.cloud.default_tags.get(k) != v}
            if not _same(inputs.get("tags", {}), ours) and not _same(
                {**self.cloud.default_tags, **inputs.get("tags", {})}, theirs
            ):
                result["tags"] = ours
        return result

    def _state(self, kind: Kind, at: At, found: Found, inputs: Props) -> Props:
        told = kind.state(at, found)
        kept = {k: v for k, v in inputs.items() if k != DEFAULTS and not _secret(k)}
        # What was asked for stays as it was written where the cloud means the same by it.
        same = {k: v for k, v in kept.items() if k not in told or alike(v, told[k])}
        return {**kept, **told, **same}

    def _put_tags(self, kind: Kind, at: At) -> None:
        tags = kind.tags
        if tags is not None and not tags.member and at.props.get("tags"):
            tags.put(at, kind.tagged(at, {}), at.props["tags"])

    def _change_tags(self, kind: Kind, at: At, found: Found) -> None:
        tags = kind.tags
        if tags is None:
            return
        target = kind.tagged(at, found)
        now, wanted = tags.read(at, found, target), at.props.get("tags", {})
        gone = sorted(now.keys() - wanted.keys())
        new = {key: value for key, value in wanted.items() if now.get(key) != value}
        if gone:
            tags.take(at, target, gone)
        if new:
            tags.put(at, target, new)


def _secret(name: str) -> bool:
    return name.endswith(WRITE_ONLY)
