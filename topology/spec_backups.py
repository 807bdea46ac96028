"""Backups: schedules, retention, log shipping, copies, and the vaults that keep them cold."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from tricenter.topology import limits
from tricenter.topology.part import Part, sequence
from tricenter.topology.spec_places import AwsPlace, Coordinates, GcpPlace
from tricenter.topology.texts import Word
from tricenter.topology.units import Duration, Name, Size

CRON_PATTERN = r"^[!-~]{1,60}( [!-~]{1,60}){4}$"
MOST_KEPT = 10_000
"""Backups of one kind that are kept: dailies of 27 years."""
Cron = Annotated[str, Field(pattern=CRON_PATTERN, description="Five cron fields, UTC.")]


def as_schedule(value: object) -> object:
    """One cron text is the schedule of full backups."""
    return {"full": value} if isinstance(value, str) else value


class Schedule(Part):
    """When backups start, in UTC."""

    full: Cron
    incremental: Cron | None = None


class Keep(Part):
    """How many backups are kept of each kind; a weekly is the first full of its ISO week."""

    daily: int = Field(default=7, ge=0, le=MOST_KEPT)
    weekly: int = Field(default=0, ge=0, le=MOST_KEPT)
    monthly: int = Field(default=0, ge=0, le=MOST_KEPT)


class Log(Part):
    """Shipping of the transaction log (WAL)."""

    ship: Duration = Field(
        description="Longest time until a vault has what was committed; no commit waits for it."
    )


class Backup(Part):
    """A snapshot schedule of some databases."""

    of: Annotated[tuple[Name, ...], BeforeValidator(sequence)] = Field(
        min_length=1, max_length=limits.DATABASES
    )
    schedule: Annotated[Schedule, BeforeValidator(as_schedule)]
    keep: Keep = Keep()
    log: Log | None = None
    copies: Annotated[tuple[Name, ...], BeforeValidator(sequence)] = Field(
        min_length=1,
        max_length=limits.VAULTS,
        description="Sites (the first holds the repository) and vaults.",
    )
    immutable: Duration | None = Field(default=None, description="Nobody can delete it sooner.")
    restore_test: Literal["daily", "weekly", "monthly"] | None = None


class Vault(Part):
    """Cold storage outside the sites, attached only while it is written."""

    medium: Literal["object-lock", "tape", "disk"] = "disk"
    account: Word | None = Field(
        default=None, description="Who can delete it, if not the operator."
    )
    at: Coordinates | None = None
    city: Name | None = None
    lab: Size = Field(default=1024, description="Disk of the vault in the lab.")
    aws: AwsPlace | None = None
    gcp: GcpPlace | None = None
