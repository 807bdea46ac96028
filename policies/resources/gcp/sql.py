"""Cloud SQL: instances and their replicas. Google encrypts the disks and keeps logs by itself.

Defaults checked 2026-11-25:
https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/sql_database_instance
"""

from collections.abc import Iterator

from tricenter.policies.resources.facts import Database, Fact
from tricenter.policies.resources.resource import Resource, region_of_zone
from tricenter.policies.resources.values import UNKNOWN, Known

BACKUPS_KEPT = 7.0
"""Daily backups that are kept where nothing is said."""
WITH_TLS = frozenset({"ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"})


def instance(made: Resource) -> Iterator[Fact]:
    """An instance; a replica takes its backups and its final one from its source."""
    source = made.link("masterInstanceName")
    alone = source is None
    enabled = made.flag("settings.backupConfiguration.enabled")
    yield Database(
        place=made.place,
        title=f"Cloud SQL instance {made.name}",
        identities=made.identities("name", "selfLink"),
        source=source,
        deletion_protection=made.flag("settings.deletionProtectionEnabled"),
        final_snapshot=_final(made) if alone else None,
        backup_days=_kept(made, enabled) if alone else None,
        point_in_time=(
            made.flag("settings.backupConfiguration.pointInTimeRecoveryEnabled") if alone else None
        ),
        several_zones=_regional(made) if alone else None,
        tls=_tls(made),
        public=made.flag("settings.ipConfiguration.ipv4Enabled", default=True),
        version=made.text("databaseVersion"),
        size=made.text("settings.tier"),
        stands_in=_stands_in(made),
        elsewhere=_backed_up_elsewhere(made, enabled) if alone else None,
    )


def _stands_in(made: Resource) -> Known[bool]:
    kind = made.text("instanceType")
    return UNKNOWN if kind is UNKNOWN else kind != "READ_POOL_INSTANCE"


def _backed_up_elsewhere(made: Resource, enabled: Known[bool]) -> Known[bool]:
    """Whether its backups outlive its region: they are kept where it is told, and else in several
    regions of its continent. Under a key of the customer's, which is one of the instance's region,
    nobody can read them once that is lost.

    https://cloud.google.com/sql/docs/postgres/backup-recovery/backups#locations
    https://cloud.google.com/sql/docs/postgres/cmek (2026-11-30)
    """
    place = made.text("settings.backupConfiguration.location")
    if enabled is False or made.read("encryptionKeyName") is not None:
        return False
    if UNKNOWN in (enabled, place, made.place.region):
        return UNKNOWN
    return place is None or region_of_zone(str(place)) != made.place.region


def _kept(made: Resource, enabled: Known[bool]) -> Known[float] | None:
    """Backups are made daily, so their number is one of days."""
    if enabled is UNKNOWN:
        return UNKNOWN
    path = "settings.backupConfiguration.backupRetentionSettings.retainedBackups"
    return made.number(path, BACKUPS_KEPT) if enabled else 0.0


def _final(made: Resource) -> Known[bool]:
    """A last backup, or that those there are stay."""
    wanted = (
        made.flag("settings.finalBackupConfig.enabled"),
        made.flag("settings.retainBackupsOnDelete"),
    )
    if any(one is True for one in wanted):
        return True
    return UNKNOWN if UNKNOWN in wanted else False


def _regional(made: Resource) -> Known[bool]:
    kind = made.text("settings.availabilityType")
    return UNKNOWN if kind is UNKNOWN else kind == "REGIONAL"


def _tls(made: Resource) -> Known[bool]:
    mode = made.text("settings.ipConfiguration.sslMode")
    if mode is None:
        return made.flag("settings.ipConfiguration.requireSsl")
    return UNKNOWN if mode is UNKNOWN else mode in WITH_TLS


READS = {"gcp:sql/databaseInstance:DatabaseInstance": instance}
