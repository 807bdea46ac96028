"""What Cloud SQL adds to an instance: addresses, names, versions and default settings."""

from ipaddress import IPv4Network

from tricenter.offline.gcp.server import links
from tricenter.offline.gcp.server.call import Call, digest, project_number
from tricenter.offline.gcp.server.fields import merged
from tricenter.offline.gcp.server.places import zones
from tricenter.offline.gcp.server.refusal import Json
from tricenter.offline.gcp.server.services.servicenetworking import connection_of

# Addresses for documentation (RFC 5737): nobody may take an emulated instance for a real one.
PUBLIC = IPv4Network("198.51.100.0/24")
DNS = "sql-psa.goog."
YEARS = "2036-01-01T00:00:00.000Z"
# Enterprise Plus is the default of PostgreSQL 16 and later:
# https://cloud.google.com/sql/docs/postgres/editions-intro, checked 2026-11-24.
PLUS_FROM = 16


def path_of(project: str, name: str) -> str:
    """Where an instance is kept."""
    return f"projects/{project}/instances/{name}"


def completed(call: Call, body: Json, before: Json | None = None) -> Json:
    """The instance with everything that the service fills in; what is given stays."""
    name, region = body["name"], body["region"]
    replica = bool(body.get("masterInstanceName"))
    settings = _settings(body, replica)
    preferred = settings["locationPreference"].get("zone", "")
    own: Json = {
        "kind": "sql#instance",
        "state": "RUNNABLE",
        "backendType": "SECOND_GEN",
        "createTime": call.now,
        "project": call.project,
        "selfLink": f"{call.base}/{path_of(call.project, name)}",
        "connectionName": f"{call.project}:{region}:{name}",
        "gceZone": preferred if preferred not in ("", "any") else zones(region)[0],
        "instanceType": "READ_REPLICA_INSTANCE" if replica else "CLOUD_SQL_INSTANCE",
        "databaseInstalledVersion": body["databaseVersion"],
        "maintenanceVersion": f"{body['databaseVersion']}.R20261001.01_00",
        "serviceAccountEmailAddress": f"p{project_number(call.project)}-{digest(call.project)[:6]}"
        "@gcp-sa-cloud-sql.iam.gserviceaccount.com",
        "sqlNetworkArchitecture": "NEW_NETWORK_ARCHITECTURE",
        "satisfiesPzi": True,
        "serverCaCert": _certificate(call, name),
    }
    made = merged(own, before or {}) | body | {"settings": settings}
    made["instanceType"] = body.get("instanceType") or made["instanceType"]
    _network(call, made)
    return {field: item for field, item in made.items() if item not in ({}, [])}


def _settings(body: Json, replica: bool) -> Json:  # noqa: FBT001
    given: Json = body["settings"]
    number = int("".join(filter(str.isdigit, body["databaseVersion"].split("_")[1])) or 0)
    newer = body["databaseVersion"].startswith("POSTGRES") and number >= PLUS_FROM
    plain: Json = {
        "kind": "sql#settings",
        "edition": "ENTERPRISE_PLUS" if newer else "ENTERPRISE",
        "activationPolicy": "ALWAYS",
        "availabilityType": "ZONAL",
        "pricingPlan": "PER_USE",
        "replicationType": "ASYNCHRONOUS" if replica else "SYNCHRONOUS",
        "dataDiskType": "PD_SSD",
        "dataDiskSizeGb": "10",
        "storageAutoResize": True,
        "storageAutoResizeLimit": "0",
        "connectorEnforcement": "NOT_REQUIRED",
        "deletionProtectionEnabled": False,
        "settingsVersion": "1",
        "locationPreference": {"kind": "sql#locationPreference"},
        "ipConfiguration": {
            "ipv4Enabled": True,
            "requireSsl": False,
            "sslMode": "ALLOW_UNENCRYPTED_AND_ENCRYPTED",
            "serverCaMode": "GOOGLE_MANAGED_INTERNAL_CA",
        },
        "backupConfiguration": {
            "kind": "sql#backupConfiguration",
            "enabled": False,
            "startTime": "04:00",
            "transactionLogRetentionDays": 7,
            "backupTier": "STANDARD",
            "transactionalLogStorageState": "CLOUD_STORAGE",
            "backupRetentionSettings": {"retentionUnit": "COUNT", "retainedBackups": 7},
        },
    }
    made = merged(plain, {name: item for name, item in given.items() if item != ""})
    if made["dataDiskSizeGb"] == "0":
        made["dataDiskSizeGb"] = "10"
    if made["settingsVersion"] == "0":
        made["settingsVersion"] = "1"
    zone = made["locationPreference"].get("zone")
    made["locationPreference"]["zone"] = zone or zones(body["region"])[0]
    made["ipConfiguration"]["requireSsl"] = made["ipConfiguration"]["sslMode"] == (
        "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"
    )
    if made["edition"] == "ENTERPRISE_PLUS":
        made.setdefault("dataCacheConfig", {"dataCacheEnabled": False})
    return made


def _network(call: Call, body: Json) -> None:
    addresses: Json = body["settings"]["ipConfiguration"]
    number = int(digest(call.project, body["name"])[:6], 16)
    found: list[Json] = []
    if addresses.get("ipv4Enabled"):
        found.append({"type": "PRIMARY", "ipAddress": str(PUBLIC[1 + number % 250])})
    link = addresses.get("privateNetwork")
    body.pop("dnsNames", None)
    if link:
        inside = _range(call, link, addresses.get("allocatedIpRange"))
        offset = 2 + number % max(1, inside.num_addresses - 4)
        found.append({"type": "PRIVATE", "ipAddress": str(inside[offset])})
        group = digest(call.project, link)[:13]
        name = f"{digest(body['name'])[:12]}.{group}.{body['region']}.{DNS}"
        body["dnsNames"] = [
            {
                "name": name,
                "connectionType": "PRIVATE_SERVICES_ACCESS",
                "dnsScope": "INSTANCE",
                "recordManager": "CLOUD_SQL_AUTOMATION",
            }
        ]
        primary = body["instanceType"] == "CLOUD_SQL_INSTANCE"
        if primary and body["settings"]["edition"] == "ENTERPRISE_PLUS":
            cluster: Json = body.setdefault("replicationCluster", {})
            cluster.setdefault(
                "psaWriteEndpoint",
                f"{digest(call.project, body['name'], 'w')[:12]}.{group}.global.{DNS}",
            )
    body["ipAddresses"] = found


def _range(call: Call, link: str, wanted: str | None) -> IPv4Network:
    """The range that an address comes from: the one named, or the connection's first."""
    network = links.normal(links.place(link, "compute")[1], call.store)
    ranges = (connection_of(call.store, network) or {}).get("reservedPeeringRanges", ())
    for name in [wanted] if wanted else ranges:
        path = f"projects/{network.split('/')[1]}/global/addresses/{name}"
        if found := call.store.find("compute", path):
            return IPv4Network(f"{found['address']}/{found['prefixLength']}")
    return IPv4Network("10.0.0.0/24")


def _certificate(call: Call, name: str) -> Json:
    """The form of a certificate; no TLS server stands behind it."""
    return {
        "kind": "sql#sslCert",
        "instance": name,
        "certSerialNumber": "0",
        "commonName": f"C=US,O=Google\\, Inc,CN=Google Cloud SQL Server CA {digest(name)[:8]}",
        "createTime": call.now,
        "expirationTime": YEARS,
        "sha1Fingerprint": digest(name, "certificate")[:40],
        "cert": "-----BEGIN CERTIFICATE-----\nemulated\n-----END CERTIFICATE-----",
    }
