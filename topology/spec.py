"""The spec's model: `Topology` is the root of the YAML file, frozen, with every default."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from tricenter.topology import limits
from tricenter.topology.part import Part, sequence
from tricenter.topology.spec_backups import Backup, Vault
from tricenter.topology.spec_databases import Database
from tricenter.topology.spec_dns import Dns
from tricenter.topology.spec_places import City, Coordinates, Link, Site, Witness
from tricenter.topology.texts import LONGEST_TEXT, File, Word, parse_text
from tricenter.topology.units import Day, Duration, Name

ScenarioId = Annotated[str, Field(pattern=r"^[a-z-]+(:[a-z0-9.-]+)?$")]


Drilled = Annotated[str, Field(pattern=r"^(full|[a-z-]+(:[a-z0-9.-]+)?)$")]
"""A scenario, its class, or `full`: the drill in which the remote center really takes over."""
SIGNER = r"^ssh-ed25519 [A-Za-z0-9+/]{68}( [\x20-\x7e]*)?$"
"""A line of an OpenSSH public key; 51 bytes of an Ed25519 key are 68 characters."""


def as_failover(value: object) -> object:
    """The short form of a failover: the word of its mode alone."""
    return {"mode": value} if isinstance(value, str) else value


class Failover(Part):
    """Who decides after a loss: the voices by themselves, or a person."""

    mode: Literal["automatic", "approve"]
    decide: Duration = Field(default=0.0, description="Time a person takes to decide.")


class Timing(Part):
    """What a failover waits for; names are Patroni's and the client library's."""

    ttl: Duration = Field(default=20.0, description="Patroni: life of the leader's lease.")
    loop_wait: Duration = Field(default=1.0, description="Patroni: pause between its rounds.")
    retry_timeout: Duration = Field(default=7.0, description="Patroni: patience with the store.")
    client_timeout: Duration = Field(
        default=2.0, description="Clients give up a dead connection (tcp_user_timeout)."
    )


class Objective(Part):
    """What must hold in a scenario, as clients see it."""

    rpo: Duration = Field(description="Acknowledged writes that may be lost, in time.")
    rto: Duration = Field(description="Longest gap that a client may see.")


class Partner(Part):
    """A firm that holds copies of the same transactions: the last resort."""

    holds: Annotated[tuple[Name, ...], BeforeValidator(sequence)] = Field(
        min_length=1, max_length=limits.DATABASES
    )
    at: Coordinates | None = None
    city: Name | None = None
    site: Name | None = Field(default=None, description="Only if its copy lives in one of ours.")
    stream: bool = Field(default=False, description="It receives transactions as they happen.")


class Drills(Part):
    """Where records of drills are kept, which count, and how old the newest of each may be."""

    records: File = "records/"
    max_age: dict[Drilled, Duration] = Field(default={}, max_length=limits.SCENARIOS)
    signers: Annotated[
        tuple[Annotated[str, Field(pattern=SIGNER)], ...], BeforeValidator(sequence)
    ] = Field(
        default=(),
        description="Public keys as OpenSSH writes them (Ed25519): only what they signed counts.",
    )
    same_spec: bool = Field(
        default=False, description="Only records of drills of this very spec count."
    )


Claimed = Literal["gb50174", "uptime", "tia942", "stars", "gbt20988", "jrt0044", "share78"]
"""Standards of which a level can be claimed."""
EDITION = r"^[0-9]{4}$"
"""A year, by which the standards that have editions are told apart."""


class Standards(Part):
    """Levels of published standards that the topology claims; the rule claims-borne judges them."""

    gb50174: Literal["A", "B", "C"] | None = None
    uptime: int | None = Field(default=None, ge=1, le=4)
    tia942: int | None = Field(default=None, ge=1, le=4)
    stars: int | None = Field(default=None, ge=1, le=5)
    gbt20988: int | None = Field(default=None, ge=1, le=6)
    jrt0044: int | None = Field(default=None, ge=1, le=3)
    share78: int | None = Field(default=None, ge=0, le=7)
    editions: dict[Claimed, Annotated[str, Field(pattern=EDITION)]] = Field(
        default={}, description="Which edition of a standard a claim is by, such as gbt20988: 2007."
    )


Reason = Annotated[str, Field(min_length=10, max_length=LONGEST_TEXT), BeforeValidator(parse_text)]


class Waiver(Part):
    """A rule that somebody answers for not keeping, until a day."""

    rule: Word
    target: Word
    reason: Reason
    owner: Word
    expires: Day


class Consent(Part):
    """One loss of data that a change of the spec may bring, until a day, and who answers for it.

    It counts for the change that brings this line, not for a later one.
    """

    loss: str = Field(
        pattern=r"^(delete|replace|shrink) \S.*$",
        description="What `tricenter diff` calls it, such as `delete database ledger-b`.",
    )
    reason: Reason
    owner: Word
    expires: Day


class Topology(Part):
    """A two-site three-center topology, checked."""

    api_version: Literal["tricenter/v1"] = Field(alias="apiVersion")
    name: Name
    cities: dict[Name, City] = Field(min_length=1, max_length=limits.CITIES)
    sites: dict[Name, Site] = Field(min_length=1, max_length=limits.SITES)
    witnesses: dict[Name, Witness] = Field(default={}, max_length=limits.WITNESSES)
    links: Annotated[tuple[Link, ...], BeforeValidator(sequence)] = Field(
        default=(), max_length=limits.LINKS
    )
    databases: dict[Name, Database] = Field(min_length=1, max_length=limits.DATABASES)
    dns: Dns
    backups: dict[Name, Backup] = Field(default={}, max_length=limits.DATABASES)
    vaults: dict[Name, Vault] = Field(default={}, max_length=limits.VAULTS)
    failover: dict[ScenarioId, Annotated[Failover, BeforeValidator(as_failover)]] = Field(
        default={}, max_length=limits.SCENARIOS
    )
    timing: Timing = Timing()
    objectives: dict[ScenarioId, Objective] = Field(default={}, max_length=limits.SCENARIOS)
    partners: dict[Name, Partner] = Field(default={}, max_length=limits.PARTNERS)
    drills: Drills = Drills()
    standards: Standards = Standards()
    waivers: Annotated[tuple[Waiver, ...], BeforeValidator(sequence)] = Field(
        default=(), max_length=limits.WAIVERS
    )
    may_destroy: Annotated[tuple[Consent, ...], BeforeValidator(sequence)] = Field(
        default=(),
        max_length=limits.WAIVERS,
        description="Losses of data that a change of this spec may bring.",
    )
