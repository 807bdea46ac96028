"""Google Cloud in two regions: Cloud SQL with a replica, AlloyDB with a secondary, disks, names."""

import pulumi
import pulumi_gcp as gcp

NEAR, FAR = "europe-west1", "europe-north1"
BACKUPS: gcp.sql.DatabaseInstanceSettingsBackupConfigurationArgsDict = {
    "enabled": True,
    "point_in_time_recovery_enabled": True,
    "backup_retention_settings": {"retained_backups": 14},
}
PRIVATE: gcp.sql.DatabaseInstanceSettingsIpConfigurationArgsDict = {
    "ipv4_enabled": False,
    "private_network": "projects/example/global/networks/inside",
    "ssl_mode": "ENCRYPTED_ONLY",
}

primary = gcp.sql.DatabaseInstance(
    "billing",
    name="billing",
    database_version="POSTGRES_16",
    region=NEAR,
    settings={
        "tier": "db-custom-4-16384",
        "availability_type": "REGIONAL",
        "deletion_protection_enabled": True,
        "retain_backups_on_delete": True,
        "backup_configuration": BACKUPS,
        "ip_configuration": PRIVATE,
    },
)
gcp.sql.DatabaseInstance(
    "billing-far",
    database_version="POSTGRES_16",
    region=FAR,
    master_instance_name=primary.name,
    settings={
        "tier": "db-custom-2-8192",
        "deletion_protection_enabled": True,
        "ip_configuration": {**PRIVATE, "ssl_mode": "ALLOW_UNENCRYPTED_AND_ENCRYPTED"},
    },
)
ledger = gcp.alloydb.Cluster(
    "ledger",
    cluster_id="ledger",
    location=NEAR,
    deletion_protection=True,
    network_config={"network": "projects/example/global/networks/inside"},
    continuous_backup_config={"enabled": False},
)
first = gcp.alloydb.Instance(
    "ledger-0", cluster=ledger.name, instance_id="ledger-0", instance_type="PRIMARY",
    machine_config={"cpu_count": 4}, availability_type="ZONAL",
)  # fmt: skip
far = gcp.alloydb.Cluster(
    "ledger-far",
    cluster_id="ledger-far",
    location=FAR,
    cluster_type="SECONDARY",
    deletion_protection=True,
    network_config={"network": "projects/example/global/networks/inside"},
    secondary_config={"primary_cluster_name": ledger.name},
    opts=pulumi.ResourceOptions(depends_on=[first]),
)
gcp.alloydb.Instance(
    "ledger-far-0", cluster=far.name, instance_id="ledger-far-0", instance_type="SECONDARY",
    machine_config={"cpu_count": 4}, availability_type="ZONAL",
)  # fmt: skip
schedule = gcp.compute.ResourcePolicy(
    "weekly",
    region=NEAR,
    snapshot_schedule_policy={
        "schedule": {
            "weekly_schedule": {
                "day_of_weeks": [{"day": "SUNDAY", "start_time": "03:00"}],
            }
        }
    },
)
disk = gcp.compute.Disk("archive", zone=f"{NEAR}-b", size=100)
gcp.compute.DiskResourcePolicyAttachment(
    "archive", disk=disk.name, name=schedule.name, zone=f"{NEAR}-b"
)
gcp.storage.Bucket("statements", location="EU", versioning={"enabled": True})
gcp.storage.Bucket("exports", location="EU")
gcp.kms.CryptoKey(
    "statements",
    key_ring="projects/example/locations/europe/keyRings/main",
    destroy_scheduled_duration="86400s",
)
gcp.projects.IAMMember(
    "deployer", project="example", role="roles/editor",
    member="serviceAccount:deployer@example.iam.gserviceaccount.com",
)  # fmt: skip
zone = gcp.dns.ManagedZone("bank", dns_name="bank.example.com.")
gcp.dns.RecordSet(
    "api",
    managed_zone=zone.name,
    name="api.bank.example.com.",
    type="A",
    ttl=600,
    routing_policy={
        "geos": [
            {"location": NEAR, "rrdatas": ["203.0.113.10"]},
            {"location": FAR, "rrdatas": ["203.0.113.20"]},
        ]
    },
)
