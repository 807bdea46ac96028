"""PostgreSQL as RDS and Aurora run it: version, parameters, times of the day. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tricenter.topology.errors import TricenterError
from tricenter.topology.forecast.managed import LEAST_STALL
from tricenter.topology.plan import Plan, PlannedBackup, PlannedDatabase

DEFAULT_VERSION = "16"
"""The major version where the spec names none; AWS chooses its own default of the minor one."""
DEFAULT_CLASS = "db.r6g.large"
"""The smallest class that an Aurora global database takes in every region (checked 2026-11-24).

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.configuration-requirements.html
"""
LEAST_RPO = int(LEAST_STALL)
"""Seconds, the least that rds.global_db_rpo takes (checked 2026-11-24).

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-manage-recovery.html
"""
LONGEST_RETENTION = 35
"""Days that RDS keeps automated backups, at most."""
SLOW_MS = "1000"
HOURS_TO_WINDOW, HOURS_TO_MAINTENANCE = 12, 6
"""Far from the scheduled snapshots, which RDS refuses near its own backup or maintenance."""

AUDITED: Mapping[str, tuple[str, str]] = {
    "rds.force_ssl": ("1", "immediate"),
    "password_encryption": ("scram-sha-256", "immediate"),
    "log_connections": ("1", "immediate"),
    "log_disconnections": ("1", "immediate"),
    "log_lock_waits": ("1", "immediate"),
    "log_min_duration_statement": (SLOW_MS, "immediate"),
    "log_statement": ("ddl", "immediate"),
    "pgaudit.log": ("role,ddl", "pending-reboot"),
    "shared_preload_libraries": ("pg_stat_statements,pgaudit", "pending-reboot"),
}
"""What an auditor asks of a ledger: TLS only, who came, what was changed, what was slow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One setting of a parameter group, and when it takes effect."""

    name: str
    value: str
    apply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """Times in UTC as RDS writes them: of automated backups, and of maintenance on Sundays."""

    backup: str
    maintenance: str


def version_of(database: PlannedDatabase) -> str:
    """The engine's version: the spec's, else our default major one."""
    return database.version or DEFAULT_VERSION


def major_of(database: PlannedDatabase) -> str:
    """The major version, which names the family of parameters."""
    return version_of(database).partition(".")[0]


def initial_database(database: PlannedDatabase) -> str:
    """The database that is made inside at creation: the spec's name, as SQL writes names."""
    return database.name.replace("-", "_")


def cluster_parameters(
    database: PlannedDatabase, *, holds_back: bool = True
) -> tuple[Parameter, ...]:
    """The parameters of an Aurora cluster; `holds_back` is whether it may hold writes back while
    it leads (see `may_hold_back`), the others are the same in every region, since any may lead.

    Raises TricenterError where writes are to stall sooner than Aurora can.
    """
    found = dict(AUDITED)
    stalled = [m for m in database.members if m.on_excess == "stall" and m.max_lag is not None]
    if stalled:
        least = min(stalled, key=lambda member: member.max_lag or 0)
        if (least.max_lag or 0) < LEAST_RPO:
            raise TricenterError(
                f"databases.{database.name}.replicas.{least.site}.max_lag: Aurora holds writes "
                f"back from {LEAST_RPO} s of lag on, not from {least.max_lag:g} s: state at least "
                f"{LEAST_RPO}s, or `on_excess: alarm`"
            )
        if holds_back:
            found["rds.global_db_rpo"] = (str(int(least.max_lag or 0)), "immediate")
    return _parameters(found)


def may_hold_back(*, preferred: bool, regions: int) -> bool:
    """Whether a region's cluster gets rds.global_db_rpo.

    Of two regions only the preferred one: after the other is lost, the one that took over would
    find no copy within the limit and let no commit pass. Of three, one copy is left. It follows the
    preference and not the leader, so that a change of roles changes no parameter; after a failover
    that lasts, a new `prefer` moves it (checked 2026-11-30).
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html#aurora-global-database-manage-recovery
    """
    return preferred or regions > 2


def instance_parameters(database: PlannedDatabase) -> tuple[Parameter, ...]:
    """The parameters of an RDS instance; it cannot hold writes back by lag: TricenterError."""
    for member in database.members:
        if member.on_excess == "stall":
            raise TricenterError(
                f"databases.{database.name}.replicas.{member.site}.on_excess: RDS cannot hold "
                f"writes back when a copy lags: use `service: aurora`, or `on_excess: alarm`"
            )
    return _parameters(AUDITED)


def retention_days(plan: Plan, database: PlannedDatabase, *, production: bool) -> int:
    """Days of automated backups, by which any second can be restored; a drill keeps one."""
    if not production:
        return 1
    wanted = [backup.daily for backup in _backups_of(plan, database)]
    return min(LONGEST_RETENTION, max([7, *wanted]))


def windows(plan: Plan, database: PlannedDatabase) -> Windows:
    """Windows of half an hour, away from the scheduled snapshots of a database."""
    backups = _backups_of(plan, database)
    hour, minute = _time_of(backups[0].full if backups else "0 2 * * *")
    start = (hour + HOURS_TO_WINDOW) % 24
    sunday = (hour + HOURS_TO_MAINTENANCE) % 24
    return Windows(
        backup=_half_hour(start, minute),
        maintenance="-".join(f"sun:{end}" for end in _half_hour(sunday, minute).split("-")),
    )


def _parameters(found: Mapping[str, tuple[str, str]]) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(name=name, value=value, apply=apply)
        for name, (value, apply) in sorted(found.items())
    )


def _backups_of(plan: Plan, database: PlannedDatabase) -> Sequence[PlannedBackup]:
    return [backup for backup in plan.backups if database.name in backup.databases]


def _time_of(cron: str) -> tuple[int, int]:
    """Hour and minute of a schedule; midnight stands for fields that are no plain number."""
    minute, hour = (int(field) if field.isdigit() else 0 for field in cron.split()[:2])
    return hour, 0 if minute < 30 else 30


def _half_hour(hour: int, minute: int) -> str:
    # Within one day, also at 23:30: a window of maintenance must not end on Monday.
    end = (hour, 30) if minute == 0 else ((hour + 1) % 24, 0)
    if (hour, minute) == (23, 30):
        hour, minute, end = 23, 0, (23, 30)
    return f"{hour:02}:{minute:02}-{end[0]:02}:{end[1]:02}"
