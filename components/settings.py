"""What the stack's configuration asks for."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Protocol, TypeVar, cast, runtime_checkable

import pulumi

import tricenter.components
from tricenter.components.tree import Tree
from tricenter.topology.default_spec import SPECS, default_spec
from tricenter.topology.errors import TricenterError
from tricenter.topology.observed import Observed
from tricenter.topology.plan import Plan
from tricenter.topology.target import target_of
from tricenter.topology.validate import load

PROFILES = ("production", "drill")
ENFORCEMENTS = ("mandatory", "advisory")


class SettingsError(TricenterError):
    """The stack's configuration cannot be used; the text says which key, and what it may be."""


class Target(Protocol):
    """A folder of components/: where a plan becomes resources.

    `PROFILE` is the profile without a configured one. `observe` is asked before compiling and
    answers with nothing in it when nothing is deployed; it raises nothing. `deploy` puts resources
    into the components and registers no outputs of theirs.
    """

    PROFILE: str

    def observe(self, stack: str, plan: Plan) -> Observed: ...

    def deploy(self, tree: Tree, plan: Plan, stack: str, profile: str) -> None: ...


@runtime_checkable
class Checked(Protocol):
    """A target that asks whether the account is ready, and raises TricenterError if it is not."""

    def check_account(self, plan: Plan) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The configuration `tricenter:*` of a stack, checked."""

    spec: str
    target_name: str
    target: Target
    profile: str
    enforce: str
    stack: str


def read_settings(root: Path) -> Settings:
    """The settings of the stack that runs; paths count from `root`.

    SettingsError, also where no spec is named and there is none; SpecError for one that is wrong.
    """
    named = pulumi.Config("tricenter").get("spec") or default_spec(root)
    if named is None:
        raise SettingsError(
            f"tricenter:spec is not set, and {root} has none of {', '.join(SPECS)}: "
            "pulumi config set tricenter:spec FILE"
        )
    # Relative to where the reader stands, so that editors can open file:line:column.
    spec = os.path.relpath(root / named)
    return settings_for(spec, lambda: target_of(load(spec)))


def settings_for(
    spec: str, own_target: Callable[[], str], given: Mapping[str, str] = MappingProxyType({})
) -> Settings:
    """The settings for a spec's file; what is not `given` is the stack's; raises SettingsError.

    `own_target` says for which target the spec is written, where nobody names one.
    """
    name = _choice(given, "target", find_targets(), None) or own_target()
    target = cast(Target, import_module(f"tricenter.components.{name}"))
    return Settings(
        spec=spec,
        target_name=name,
        target=target,
        profile=_choice(given, "profile", PROFILES, target.PROFILE),
        enforce=_choice(given, "enforce", ENFORCEMENTS, "mandatory"),
        stack=pulumi.get_stack(),
    )


def find_targets() -> tuple[str, ...]:
    """The targets: every folder of components/."""
    return tuple(
        sorted(entry.name for entry in iter_modules(tricenter.components.__path__) if entry.ispkg)
    )


Default = TypeVar("Default", str, None)


def _choice(
    given: Mapping[str, str], key: str, values: tuple[str, ...], default: Default
) -> str | Default:
    where = key if key in given else f"tricenter:{key}"
    value = given.get(key) or pulumi.Config("tricenter").get(key)
    if value and value not in values:
        raise SettingsError(f"{where}: {value!r} is not one of {', '.join(values)}")
    return value or default
