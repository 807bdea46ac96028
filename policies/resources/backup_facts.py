"""Facts about backups: schedules, what they are for, vaults, disks."""

from dataclasses import dataclass
from typing import Literal

from tricenter.policies.resources.arns import Arn
from tricenter.policies.resources.facts import Fact, Link, Tags
from tricenter.policies.resources.values import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault(Fact):
    """Where backups are kept; `locked` None if another resource says it. It refuses backups that
    are kept for fewer days than `least` or more than `most`."""

    locked: Known[bool] | None
    least: Known[float] | None = None
    most: Known[float] | None = None
    key: Link | None = None
    encrypted: Known[bool] | None = None
    own_key: Known[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultLock(Fact):
    """What makes the backups of a vault undeletable: `final` if nobody can take the lock away.
    The vault then refuses backups that are kept for fewer days than `least` or more than `most`."""

    vault: Link | None
    final: Known[bool] = True
    least: Known[float] | None = None
    most: Known[float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where a backup goes and for how long: days until it is deleted (None: for ever), and until it
    is moved into cold storage (None: never)."""

    vault: Link | None
    days: Known[float] | None
    cold: Known[float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule(Fact):
    """One rule of a backup plan: how often (`hours` between two), into which vault first and into
    which by copies; `continuous` if it keeps a log beside the backups."""

    hours: Known[float] | None
    kept: Kept | None = None
    copies: tuple[Kept, ...] = ()
    continuous: Known[bool] = False
    enabled: Known[bool] = True
    of_databases: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One that a selected resource's tags must meet; `like` if the value may have `*` in it."""

    key: str
    value: str
    like: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection(Fact):
    """What a backup plan is for: what is named, or has one of the tags, or everything of a kind;
    of that what meets every condition and is not taken out by name or tag."""

    plan: Link | None
    resources: tuple[Link, ...] = ()
    tags: Known[Tags] = ()
    conditions: Known[tuple[Condition, ...]] = ()
    not_resources: tuple[Link, ...] = ()
    not_tags: Known[Tags] = ()
    not_types: Known[tuple[str, ...]] = ()
    everything: Known[bool] = False
    of: Literal["anything", "volumes", "machines"] = "anything"
    enabled: Known[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OptIn(Fact):
    """Which services the backup service of a region is for, by the names that it gives them."""

    services: Known[tuple[tuple[str, bool], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume(Fact):
    """A disk that outlives its machine; `tags` select it for snapshots, or those of its machine."""

    encrypted: Known[bool] | None
    tags: Known[Tags] = ()
    kind: Known[str] | None = None
    machine: Arn | None = None
    machine_tags: Known[Tags] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment(Fact):
    """A disk at a machine."""

    volume: Link | None
    machine: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine(Fact):
    """A machine, whose backups have its disks in them."""

    tags: Known[Tags] = ()
