"""What Cloud SQL demands of an instance, of a replica and of a DR pair."""

import re

from tricenter.offline.gcp.server import links
from tricenter.offline.gcp.server.call import Call
from tricenter.offline.gcp.server.places import MULTI_REGIONS, REGIONS, check_sql_tier, check_zone
from tricenter.offline.gcp.server.refusal import Json, invalid
from tricenter.offline.gcp.server.services.servicenetworking import connection_of

NAME = re.compile(r"[a-z](?:[-a-z0-9]{0,96}[a-z0-9])?")
PLUS = "ENTERPRISE_PLUS"
REPLICA = "READ_REPLICA_INSTANCE"
PRIMARY = "CLOUD_SQL_INSTANCE"
# https://cloud.google.com/sql/docs/postgres/backup-recovery/pitr, checked 2026-11-24.
LONGEST_LOGS = {PLUS: 35, "ENTERPRISE": 7}
# From https://cloud.google.com/sql/docs/postgres/db-versions, checked 2026-11-24.
OFFERED = re.compile(
    r"POSTGRES_(9_6|1[0-8])|MYSQL_(5_[67]|8_0(_\d+)?|8_4)|SQLSERVER_20(17|19|22|25)_\w+"
)


def check(call: Call, body: Json, master: Json | None) -> None:
    """Raises Refused for an instance that Cloud SQL would not make."""
    if not NAME.fullmatch(body["name"]):
        raise invalid(f"Invalid instance name ({body['name']}).", reason="invalidInstanceProperty")
    if not OFFERED.fullmatch(body["databaseVersion"]):
        raise invalid(f"Invalid value for: databaseVersion {body['databaseVersion']}")
    settings: Json = body["settings"]
    check_sql_tier(settings["tier"], settings["edition"])
    _check_zones(body)
    _check_network(call, body)
    _check_key(call, body)
    _check_backups(body, master)
    if master:
        _check_replica(body, master)


def _check_zones(body: Json) -> None:
    preference = body["settings"].get("locationPreference", {})
    for field in ("zone", "secondaryZone"):
        zone = preference.get(field)
        if zone and zone != "any":
            check_zone(zone)
            if zone.rpartition("-")[0] != body["region"]:
                raise invalid(f"Invalid value for: {field} {zone} is not in {body['region']}")
    if preference.get("zone") and preference["zone"] == preference.get("secondaryZone"):
        raise invalid("Invalid value for: secondaryZone must differ from the zone")


def _check_network(call: Call, body: Json) -> None:
    addresses = body["settings"].get("ipConfiguration", {})
    link = addresses.get("privateNetwork")
    if not link:
        if not addresses.get("ipv4Enabled") and not addresses.get("pscConfig"):
            raise invalid(
                "At least one of Public IP or Private IP or PSC connectivity must be enabled.",
                reason="invalidRequest",
            )
        return
    links.target(call, link, "compute")
    network = links.normal(links.place(link, "compute")[1], call.store)
    connection = connection_of(call.store, network)
    if connection is None:
        raise invalid(
            "Invalid request: Incorrect Service Networking config for instance: "
            f"{call.project}:{body['name']}:SERVICE_NETWORKING_NOT_ENABLED. Please create Service "
            f"Networking connection with service 'servicenetworking.googleapis.com' of {network}."
        )
    wanted = addresses.get("allocatedIpRange")
    if wanted and wanted not in connection["reservedPeeringRanges"]:
        raise invalid(f"Invalid request: allocated IP range {wanted} is not in the connection.")


def _check_key(call: Call, body: Json) -> None:
    key = body.get("diskEncryptionConfiguration", {}).get("kmsKeyName")
    if not key:
        return
    found = call.store.find("cloudkms", key)
    if found is None:
        raise invalid(f"The KMS key {key} does not exist or Cloud SQL may not use it.")
    if key.split("/")[3] not in (body["region"], "global"):
        raise invalid(f"The KMS key {key} is not in the instance's region {body['region']}.")


def _check_backups(body: Json, master: Json | None) -> None:
    settings: Json = body["settings"]
    backups: Json = settings.get("backupConfiguration", {})
    postgres = body["databaseVersion"].startswith("POSTGRES")
    if master and postgres:
        if backups.get("enabled") or backups.get("pointInTimeRecoveryEnabled"):
            raise invalid("Backups cannot be enabled on a read replica.", reason="invalidOperation")
        return
    if backups.get("pointInTimeRecoveryEnabled") and not backups.get("enabled"):
        raise invalid("Point-in-time recovery needs automated backups.")
    # https://cloud.google.com/sql/docs/postgres/configure-ha, checked 2026-11-24.
    recovery = backups.get("pointInTimeRecoveryEnabled") or backups.get("binaryLogEnabled")
    if not master and settings["availabilityType"] == "REGIONAL" and postgres and not recovery:
        raise invalid("High availability needs automated backups and point-in-time recovery.")
    days = backups.get("transactionLogRetentionDays", 1)
    if not 1 <= days <= LONGEST_LOGS.get(settings["edition"], 7):
        raise invalid(f"transactionLogRetentionDays {days} is not offered by the edition.")
    where = backups.get("location")
    if where and where not in REGIONS and where not in MULTI_REGIONS:
        raise invalid(f"Invalid value for: backupConfiguration.location {where}")


def _check_replica(body: Json, master: Json) -> None:
    if major(body["databaseVersion"]) != major(master["databaseVersion"]):
        raise invalid("A replica has the database version of its primary.")
    if body["settings"]["edition"] != master["settings"]["edition"]:
        raise invalid("A replica has the edition of its primary.")


def major(version: str) -> int:
    """The first number of a database version: POSTGRES_16 is 16."""
    found = re.search(r"\d+", version)
    return int(found[0]) if found else 0


def designated(call: Call, before: Json, after: Json) -> Json:
    """The replication cluster of a primary that names its DR replica, or no longer names one.

    Raises Refused for a replica that cannot be one
    (https://cloud.google.com/sql/docs/postgres/use-advanced-disaster-recovery, checked 2026-11-24).
    """
    old: Json = before.get("replicationCluster", {})
    kept = {name: old[name] for name in ("psaWriteEndpoint", "drReplica") if name in old}
    given = call.body["replicationCluster"].get("failoverDrReplicaName", "")
    if not given:
        return kept
    name = given.rpartition(":")[2]
    if before["instanceType"] != PRIMARY:
        raise invalid("Only a primary instance has a DR replica.", reason="invalidOperation")
    if name not in before.get("replicaNames", ()):
        raise invalid(f"{name} is not a direct replica of {before['name']}.")
    replica = call.get(f"projects/{call.project}/instances/{name}")
    if replica["region"] == before["region"]:
        raise invalid(f"The DR replica {name} must be in another region than its primary.")
    if PLUS not in {after["settings"]["edition"]} & {replica["settings"]["edition"]}:
        raise invalid("A DR replica needs the edition ENTERPRISE_PLUS on both instances.")
    recovery = after["settings"].get("backupConfiguration", {}).get("pointInTimeRecoveryEnabled")
    if before["databaseVersion"].startswith("POSTGRES") and not recovery:
        raise invalid("The primary of a DR replica needs point-in-time recovery.")
    return kept | {"failoverDrReplicaName": f"{call.project}:{name}"}
