"""Which version and how much storage each region is asked for, so that an edit goes through. Pure.

RDS refuses a minor upgrade of a source before all of its copies have it
(DBUpgradeDependencyFailure) and does not take copies in other regions along to another major
version (checked 2026-11-30).

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html
https://github.com/hashicorp/terraform-provider-aws/issues/24887
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tricenter.components.aws.engine import major_of, version_of
from tricenter.components.aws.replication import RegionMembers
from tricenter.topology.errors import TricenterError
from tricenter.topology.plan import PlannedDatabase, Running

LEAST_GIB, DEFAULT_MIB, GIB = 20, 100 * 1024, 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The version of each region's instance in this run; `waits` is the region whose instance
    keeps the one that it has until a further run, None where there is none."""

    versions: Mapping[str, str]
    waits: str | None = None


def instance_versions(database: PlannedDatabase, order: Sequence[RegionMembers]) -> Steps:
    """The versions of RDS instances, the leader's region first in `order`.

    A minor upgrade is two runs: the copies', then the leader's. Raises TricenterError for another
    major version while there are copies in other regions.
    """
    wanted = version_of(database)
    whole = Steps(versions={held.name: wanted for held in order})
    leading, *copies = order
    now = _running(leading)
    if now is None or not copies:
        return whole
    if major_of(database) != now.version.partition(".")[0]:
        raise TricenterError(
            f"databases.{database.name}.version: RDS does not take copies in other regions from "
            f"{now.version} to {wanted}: take the replicas out of the spec and run `up`, then "
            f"change the version, and when that is done let the replicas in again; or make a new "
            f"database beside this one"
        )
    if _number(now.version) >= _number(wanted) or all(_has(copy, wanted) for copy in copies):
        return whole
    return Steps(versions={**whole.versions, leading.name: now.version}, waits=leading.name)


def storage_gib(
    database: PlannedDatabase, held: RegionMembers, order: Sequence[RegionMembers]
) -> int:
    """GiB that a region's instance is asked for.

    A new copy begins with what its source has by now, which RDS may have grown by itself, whatever
    is asked for at its creation (checked 2026-11-30).
    https://github.com/hashicorp/terraform-provider-aws/pull/12548
    """
    asked = max(LEAST_GIB, -(-(database.size_mib or DEFAULT_MIB) // GIB))
    source = _running(order[0])
    if source is None or _running(held) is not None:
        return asked
    return source.storage_gib or asked


def refuse_held_upgrade(database: PlannedDatabase, order: Sequence[RegionMembers]) -> None:
    """Raise TricenterError for another major version of a global database that holds writes back.

    Aurora refuses the upgrade while rds.global_db_rpo is set (checked 2026-11-30).
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-upgrade.html
    """
    now = _running(order[0])
    stalls = sorted(m.site for m in database.members if m.on_excess == "stall")
    if now is None or not stalls or major_of(database) == now.version.partition(".")[0]:
        return
    raise TricenterError(
        f"databases.{database.name}.version: Aurora takes no global database to another major "
        f"version while it holds writes back: first set `on_excess: alarm` at "
        f"replicas.{', '.join(stalls)} and run `up`, then change the version"
    )


def _running(held: RegionMembers) -> Running | None:
    return next((m.running for m in held.members if m.running is not None), None)


def _has(held: RegionMembers, wanted: str) -> bool:
    now = _running(held)
    return now is not None and _number(now.version) >= _number(wanted)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
