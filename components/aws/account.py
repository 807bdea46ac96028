"""What an account must have switched on for a plan, asked of AWS before anything is made."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from tricenter.roles.seen import Silent
from tricenter.topology.errors import TricenterError
from tricenter.topology.plan import Plan, PlannedDatabase

RESOURCE = "Aurora"
"""The one service of ours that AWS Backup leaves out of an assignment by ARN unless the region has
opted in for it (checked 2026-11-30).

https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html
"""


class Asks(Protocol):
    """The part of roles/aws that asks: an operation by boto3's name, in a region."""

    def call(self, region: str, service: str, operation: str, **request: Any) -> dict[str, Any]: ...


def refuse_unready(plan: Plan, asks: Asks) -> None:
    """Raise TricenterError where AWS would take everything and then do nothing of a part.

    Where AWS cannot be asked nothing is refused, and after a silent region no other is waited for.
    """
    try:
        wrong = [*_opted_out(plan, asks), *_unpaired(plan, asks)]
    except Silent:
        return
    if wrong:
        raise TricenterError("; ".join(wrong))


def regions_of(plan: Plan, database: PlannedDatabase) -> tuple[str, ...]:
    """The regions of a database's copies, that of the preferred site first."""
    places = {host.name: host.place.region for host in plan.sites if host.place}
    home = places.get(database.prefer, "")
    found = {places[m.site] for m in database.members if m.site in places}
    return (home, *sorted(found - {home}))


def _opted_out(plan: Plan, asks: Asks) -> Iterator[str]:
    backed = {name: backup.name for backup in plan.backups for name in backup.databases}
    wanted: dict[str, str] = {}
    for database in plan.databases:
        if database.service == "aurora" and database.name in backed:
            for region in regions_of(plan, database):
                wanted.setdefault(region, backed[database.name])
    for region, backup in sorted(wanted.items()):
        told = _asked(asks, region, "backup", "describe_region_settings")
        if told.get("ResourceTypeOptInPreference", {}).get(RESOURCE) is False:
            yield (
                f"backups.{backup}: AWS Backup leaves out Aurora in {region}, where it is not "
                f"opted in: aws backup update-region-settings --region {region} "
                f"--resource-type-opt-in-preference {RESOURCE}=true"
            )


def _unpaired(plan: Plan, asks: Asks) -> Iterator[str]:
    """RDS replicates automated backups between some pairs of regions, and tells which."""
    for database in plan.databases:
        if database.service != "rds":
            continue
        home, *others = regions_of(plan, database)
        for region in others:
            told = _asked(asks, region, "rds", "describe_source_regions")
            sources = {one.get("RegionName"): one for one in told.get("SourceRegions", ())}
            if not sources:
                continue
            pair = sources.get(home, {})
            if not pair.get("SupportsDBInstanceAutomatedBackupsReplication"):
                yield (
                    f"databases.{database.name}: RDS replicates no automated backups from {home} "
                    f"to {region}: put the copy into another region (aws rds "
                    f"describe-source-regions --region {region}), or use service aurora"
                )


def _asked(asks: Asks, region: str, service: str, operation: str) -> Mapping[str, Any]:
    try:
        return asks.call(region, service, operation)
    except Silent:
        raise
    except Exception:  # noqa: BLE001 - a preview works without credentials, rights or network
        return {}
