"""A kind of resource: how its life goes in the API, as data and small functions."""

# ruff: noqa: ARG005 - what a row does not name does nothing

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as changed_copy
from functools import cache
from typing import Any, cast

from tricenter.offline.aws.model import input_shape
from tricenter.offline.aws.plugin.cloud import ApiError, Cloud, pick
from tricenter.offline.aws.plugin.sdk import Sdk, sdk_of
from tricenter.offline.aws.plugin.tagging import TAGGING, Tagging
from tricenter.offline.aws.plugin.translate import Names, from_api, member_of, to_api
from tricenter.offline.aws.plugin.values import Props

Found = Mapping[str, Any]
"""A resource as the API describes it."""
NO_NAMES: Names = {}
OWN = frozenset({"region", "tags"})
"""Arguments that every kind has and no request takes by that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """One resource at work."""

    cloud: Cloud
    service: str
    id: str
    props: Props
    region: str

    def call(self, operation: str, request: Mapping[str, Any], service: str = "") -> Any:
        """Ask the resource's service, or another one, in the resource's region."""
        return self.cloud.call(service or self.service, operation, request, self.region)

    def arn(self, resource: str, *, service: str = "", region: str | None = None) -> str:
        """An ARN in this account: `cluster:x` -> `arn:aws:rds:eu-west-1:123456789012:cluster:x`."""
        where = self.region if region is None else region
        return f"arn:aws:{service or self.service}:{where}:{self.cloud.account}:{resource}"

    def given(self, *names: str) -> Any:
        """The first of some arguments that is given, or None."""
        return next((self.props[name] for name in names if self.props.get(name) is not None), None)


Find = Callable[[At], Any]
Do = Callable[[At], object]
Settle = Callable[[At, Props | None], object]
"""Steps after a creation (no old properties) and after an update."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What the plugin must know about one type beyond the SDK and botocore's model."""

    sdk_name: str
    """The SDK's class: `rds.Cluster`."""
    service: str
    create: str
    """The operation that makes it."""
    create_otherwise: Callable[[At, dict[str, Any]], Any] = lambda at, request: None
    """Makes it by another operation where its arguments ask for that, else returns None."""
    identity: str
    """The id: JMESPath over `answer` and `props`."""
    identify_with: Callable[[Props], str] | None = None
    """The id from the arguments alone, where no expression gives it."""
    find: Find
    """What the API says about it; None, or a refusal whose code is in `gone`: it is not there."""
    delete: Do
    gone: frozenset[str] = frozenset()
    names: Names = field(default_factory=dict[str, str])
    """Members of the request by argument, where they are called otherwise."""
    request: Callable[[Props], dict[str, Any]] | None = None
    """Further members of the creating request."""
    own: frozenset[str] = frozenset()
    """Arguments that no creating request takes: `settle` or `delete` uses them."""
    modify: str = ""
    """The operation that changes it; empty: every change replaces it."""
    modify_names: Names = field(default_factory=dict[str, str])
    modify_by_settling: bool = False
    """`settle` makes the change; `modify` only says which arguments can change."""
    modify_raw: bool = False
    """Those of `modify_names` only say what can change: `request` has the members."""
    modify_without: frozenset[str] = frozenset()
    """Arguments whose change `settle` makes, though `modify` makes others."""
    modify_with: Callable[[Props, frozenset[str]], dict[str, Any]] = lambda props, changed: {}
    """Further members of the changing request, from the arguments and those that changed."""
    target: Callable[[At], dict[str, Any]] = lambda at: {}
    """The members of the changing request that say what is changed."""
    whole: bool = False
    """The changing request takes the whole resource, not only what changes."""
    settle: Settle = lambda at, old: None
    replace: frozenset[str] = frozenset()
    """Arguments whose change makes a new one, beside those that `modify` cannot change."""
    reads: Names = field(default_factory=dict[str, str])
    """Members of the answer by property, where they are called otherwise; empty: not told."""
    outputs: Callable[[At, Found], Props] = lambda at, found: {}
    """Outputs that are put together from the answer."""
    autoname: str = ""
    """The argument that gets a name from the resource's logical name if none is given."""
    tagging: str = ""
    """How tags travel: a row of TAGGING, by default the service's."""
    tagged: Callable[[At, Found], str] = lambda at, found: at.id
    """What tags are put on, in the tagging calls' terms."""
    check: Callable[[Props], Mapping[str, str]] = lambda props: {}
    """What the API would refuse beyond its model: reason by argument."""
    create_region: Callable[[Props], str] = lambda props: ""
    """The region that is asked to make it, where that is not its own."""
    regional: bool = True
    overlooked: Callable[[str, Props, Props], bool] = lambda name, old, new: False
    """Whether the real provider takes an argument's old and new value for the same."""
    computed: frozenset[str] = frozenset()
    """Optional arguments that the API fills in: unknown before creation if not given."""

    @property
    def sdk(self) -> Sdk:
        """What the SDK says about it."""
        return sdk_of(self.sdk_name)

    @property
    def tags(self) -> Tagging | None:
        """How tags travel, None if it takes none."""
        if "tags" not in self.sdk.arguments:
            return None
        return TAGGING.get(self.tagging or self.service)

    def having(self, **changes: Any) -> "Kind":
        """The same kind with other rows."""
        return changed_copy(self, **changes)

    def unsupported(self) -> frozenset[str]:
        """Arguments of the SDK that this stand-in has no way for."""
        unmatched = _unmatched(self.sdk_name, self.service, self.create)
        return unmatched - self.names.keys() - self.own - OWN

    def creation(self, props: Props) -> dict[str, Any]:
        """The request that makes the resource."""
        shape = input_shape(self.service, self.create)
        plain = {k: v for k, v in props.items() if k not in self.own and k not in OWN}
        made = to_api(shape, plain, self.names) if shape is not None else {}
        if self.request is not None:
            made = merged(made, self.request(props))
        tags = self.tags
        if tags is not None and tags.member and props.get("tags"):
            made = merged(made, tags.creating(props["tags"], self.tagging))
        return made

    def identify(self, answer: Any, props: Props) -> str:
        """The id of what was made."""
        if self.identify_with is not None:
            return self.identify_with(props)
        found = str(pick(self.identity, {"answer": answer, "props": props}))
        # Route 53 answers with a path of its API, and takes the last part as well.
        return found.removeprefix("/hostedzone/")

    def look(self, at: At) -> Found | None:
        """The resource as the API describes it now, None if it is gone."""
        try:
            return self.find(at)
        except ApiError as error:
            if error.code in self.gone:
                return None
            raise

    def remove(self, at: At) -> None:
        """Delete the resource; one that is gone already is no failure."""
        try:
            self.delete(at)
        except ApiError as error:
            if error.code not in self.gone:
                raise

    def state(self, at: At, found: Found) -> Props:
        """The outputs that the API's answer gives."""
        given = from_api(self.sdk.outputs, found, {**self.reads, "tags": "", "tagsAll": ""})
        given |= {
            name: value for name, value in self.outputs(at, found).items() if value is not None
        }
        if self.tags is not None:
            given["tagsAll"] = self.tags.read(at, found, self.tagged(at, found))
        if self.regional:
            given["region"] = at.region
        return {name: value for name, value in given.items() if value is not None}

    def changeable(self, name: str) -> bool:
        """Whether a change of an argument is an update rather than a new resource."""
        if name in self.replace or name == "region":
            return False
        if name in self.own or name == "tags":
            return True
        return bool(self.modify) and self._modified(name) is not None

    def _modified(self, name: str) -> str | None:
        shape = input_shape(self.service, self.modify)
        found = member_of(shape, name, {**self.names, **self.modify_names}) or ""
        return found if found.partition(".")[0] in shape.members else None

    def update(self, at: At, old: Props, changed: frozenset[str]) -> None:
        """Change a resource in place."""
        wanted = at.props if self.whole else {k: v for k, v in at.props.items() if k in changed}
        calls = changed - OWN - self.own - self.modify_without
        if calls and self.modify and not self.modify_by_settling:
            request = self.changing(
                {k: v for k, v in wanted.items() if k not in self.modify_without}
            )
            request = merged(request, self.modify_with(at.props, changed))
            builds = self.request is not None and (self.whole or self.modify_raw)
            extra = self.request(at.props) if builds and self.request else {}
            target = self.target(at)
            at.call(self.modify, merged(merged(request, _fitting(self, extra)), target))
        self.settle(at, old)

    def changing(self, props: Props) -> dict[str, Any]:
        """The members of the changing request for some arguments."""
        if not self.modify:
            return {}
        shape = input_shape(self.service, self.modify)
        plain = {k: v for k, v in props.items() if k not in self.own and k not in OWN}
        names = dict.fromkeys(self.modify_names, "") if self.modify_raw else self.modify_names
        return to_api(shape, plain, {**self.names, **names})


def _fitting(kind: Kind, request: Mapping[str, Any]) -> dict[str, Any]:
    members = input_shape(kind.service, kind.modify).members
    return {key: value for key, value in request.items() if key in members}


@cache
def _unmatched(sdk_name: str, service: str, create: str) -> frozenset[str]:
    """Arguments that the creating request has no member of that name for."""
    shape = input_shape(service, create)
    arguments = sdk_of(sdk_name).arguments
    if shape is None:
        return frozenset(arguments)
    return frozenset(name for name in arguments if member_of(shape, name, NO_NAMES) is None)


def merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Two requests as one; the other's members win, objects are merged."""
    result = dict(one)
    for key, value in other.items():
        before = result.get(key)
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            result[key] = merged(cast(Any, before), cast(Any, value))
        elif value is not None:
            result[key] = value
    return result


def described(operation: str, request: Callable[[At], dict[str, Any]], path: str) -> Find:
    """A look by one call: what a JMESPath finds in its answer."""
    return lambda at: pick(path, at.call(operation, request(at)))


def called(operation: str, request: Callable[[At], dict[str, Any]]) -> Do:
    """One call."""
    return lambda at: at.call(operation, request(at))


def placed(at: At, **changes: Any) -> At:
    """The same resource with other properties or another id."""
    return changed_copy(at, **changes)
