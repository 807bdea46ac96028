"""What a managed service ships of a database: when, and whose key opens it where it lies.

Components start what is stated here and nothing else, and a forecast counts on nothing else, so
that a promise and a deployment cannot differ. A service's log leaves its region nowhere: a copy of
a continuous backup is a snapshot (AWS Backup), and no API carries the log of Cloud SQL or AlloyDB.
Checked 2026-11-30:
https://docs.aws.amazon.com/aws-backup/latest/devguide/recov-point-create-a-copy.html
https://cloud.google.com/sql/docs/postgres/backup-recovery/pitr
"""

from dataclasses import dataclass
from typing import Literal

from tricenter.topology.cloudsql_settings import start_of

EXPORTED = frozenset({"cloud-sql", "alloydb"})
"""Services of Google that are exported into vaults."""
BY_AWS_BACKUP = frozenset({"aurora", "rds"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """Something that leaves a database by a calendar: `starts` are cron texts in UTC, and it is
    opened by a key of the place where it lies, or by that of the leader's region alone."""

    starts: tuple[str, ...]
    key_of: Literal["place", "leader"]


OWN = frozenset({"patroni", "self-managed"})
"""Databases whose repository we keep ourselves: what is there is opened by nobody else's key."""


def outlives_the_leaders_region(service: str, *, vault: bool) -> bool:
    """Whether what arrives in another place is of use once the leader's region is lost."""
    if service in OWN:
        return True
    sent = into_vault(service, *ANY) if vault else into_site(service, *ANY)
    return sent is not None and sent.key_of == "place"


ANY = ("0 2 * * *", None)
"""A schedule, where the question is not when."""


def into_vault(service: str, full: str, incremental: str | None) -> Shipment | None:
    """What arrives in a vault of the spec; None where nothing does."""
    if service in BY_AWS_BACKUP:
        return by_aws_backup(full, incremental)
    return by_export(full) if service in EXPORTED else None


def into_site(service: str, full: str, incremental: str | None) -> Shipment:
    """What arrives in the region of another site.

    Google's own backups are made once a day and are opened by the instance's key, which is one of
    its region: when that is lost, they are as well, wherever they lie.
    https://cloud.google.com/sql/docs/postgres/cmek (2026-11-30)
    """
    if service in BY_AWS_BACKUP:
        return by_aws_backup(full, incremental)
    hour, minute = map(int, start_of(full).split(":"))
    return Shipment(starts=(f"{minute} {hour} * * *",), key_of="leader")


def by_export(full: str) -> Shipment:
    """Exports of Google's, whole each time, encrypted anew by the key of the bucket."""
    return Shipment(starts=(full,), key_of="place")


def by_aws_backup(full: str, incremental: str | None) -> Shipment:
    """Snapshots by every rule of a plan, the most frequent first, into every vault; a copy is
    encrypted by the key of the vault that it goes into."""
    starts = (full,) if incremental is None else (incremental, full)
    return Shipment(starts=starts, key_of="place")
