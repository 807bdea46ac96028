"""Facts about the resources of a stack, in words that are the same on every cloud."""

from dataclasses import dataclass
from typing import Literal

from tricenter.policies.resources.arns import Arn
from tricenter.policies.resources.values import UNKNOWN, Known

Tags = tuple[tuple[str, str], ...]
"""Keys and values."""
Shown = Literal["clear", "secret"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which resource a fact is about; `drill` if it belongs to a topology in profile drill,
    `protect` the engine's option; `region` None where its service has none or nobody says, and
    `project` as well."""

    urn: str
    type: str
    name: str
    region: Known[str] | None = None
    project: str | None = None
    drill: bool = False
    protect: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A reference to another resource: the URNs that the value comes of, and what it says.

    A bare name means something of the same `region` and `project`; None where its service has names
    for the whole account, or where nobody says.
    """

    urns: tuple[str, ...]
    name: Known[str]
    region: str | None = None
    project: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something about one resource; `identities` are names by which others refer to it, `arn` is
    its ARN as far as it is known, and `title` is how a reader knows it: `RDS instance orders`."""

    place: Place
    title: str
    identities: frozenset[str] = frozenset()
    arn: Arn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Database(Fact):
    """A database, a cluster, or one copy of either. None says that the question has no sense here:
    that the service always does it, or that another resource answers."""

    source: Link | None = None
    """What it replicates."""
    group: Link | None = None
    """What holds its copies together: a global cluster."""
    tags: Known[Tags] = ()
    deletion_protection: Known[bool] | None = None
    final_snapshot: Known[bool] | None = None
    backup_days: Known[float] | None = None
    point_in_time: Known[bool] | None = None
    several_zones: Known[bool] | None = None
    encrypted: Known[bool] | None = None
    tls: Known[bool] | Link | None = None
    """Whether it refuses plain connections, or the settings that say so."""
    tls_of_source: bool = False
    """Whether its settings are those of what it replicates, if that is in its region."""
    default_tls: Known[bool] = UNKNOWN
    """Whether the default settings of its engine's version refuse plain connections."""
    public: Known[bool] | None = None
    logs: Known[bool] | None = None
    version: Known[str] | None = None
    size: Known[str] | None = None
    by_members: bool = False
    """Whether its members say how many zones it is in."""
    stands_in: Known[bool] = True
    """Whether it can take over; a pool of readers cannot."""
    ceiling: Known[float] | None = None
    """The most that members without a size of their own grow to."""
    elsewhere: Known[bool] | None = None
    """True where it has copies in other regions by itself: a DynamoDB global table, backups in a
    place that outlives its region."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Fact):
    """A set of database clusters that replicate each other: a global cluster."""

    deletion_protection: Known[bool] | None = None
    encrypted: Known[bool] | None = None
    default_tls: Known[bool] = UNKNOWN
    """Whether the default settings of its version refuse plain connections."""
    first: Link | None = None
    """The copy that the others are made of."""
    members: tuple[Link, ...] = ()
    """Copies that the group itself names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Fact):
    """One machine of a database cluster."""

    cluster: Link | None
    size: Known[str] | None = None
    zone: Known[str] | None = None
    public: Known[bool] | None = None
    several_zones: Known[bool] | None = None
    """Whether this member alone spans zones; None where the cluster's other members say it."""
    stands_in: Known[bool] = True
    """Whether it can lead; a pool of readers cannot."""
    tls: Known[bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Fact):
    """Parameters of databases: whether they refuse connections without TLS."""

    tls: Known[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseCopy(Fact):
    """The automated backups of a database, copied to another region."""

    source: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket(Fact):
    """An object store's bucket; None where another resource says it."""

    versioned: Known[bool] | None = None
    locked: Known[bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketSetting(Fact):
    """One property of a bucket that is a resource of its own."""

    bucket: Link | None
    versioned: Known[bool] | None = None
    locked: Known[bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Key(Fact):
    """An encryption key: days between the call that destroys it and its end."""

    days_to_end: Known[float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared(Fact):
    """A secret's value and how it is given: `where` is the property that has it."""

    where: str
    shown: Known[Shown]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(Fact):
    """Rights that a policy gives: `everything` if it allows all actions on all things."""

    everything: Known[bool]
    what: str = "every action on everything"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable(Fact):
    """A resource whose properties have a form that its adapter does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp(Fact):
    """What a resource's tags say of drills: the profile, and when its stack ends."""

    profile: Known[str] | None
    expires: Known[str] | None
