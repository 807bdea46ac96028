"""A Pulumi program of plain Google resources: a network, a database in two regions, DNS, a bucket.

LEADER says which site leads; DESIGNATED that the other one is its DR replica.
"""

import os
from typing import Any

import pulumi
import pulumi_gcp as gcp

from tricenter.offline.gcp import PROJECT

SITES = {"west": "us-west1", "east": "us-east1"}
ROLES = ["masterInstanceName", "instanceType", "replicaNames", "replicaConfiguration"]
FOLLOWER = ["replicationCluster", "settings.backupConfiguration"]
LEADER = os.environ.get("LEADER", "west")

network = gcp.compute.Network("net", name="net", auto_create_subnetworks=False)
for number, (site, region) in enumerate(SITES.items()):
    gcp.compute.Subnetwork(
        f"sub-{site}",
        name=f"sub-{site}",
        region=region,
        network=network.id,
        ip_cidr_range=f"10.{number + 1}.0.0/20",
        private_ip_google_access=True,
    )
ranges = {
    site: gcp.compute.GlobalAddress(
        f"psa-{site}",
        name=f"psa-{site}",
        purpose="VPC_PEERING",
        address_type="INTERNAL",
        prefix_length=20,
        network=network.id,
    )
    for site in SITES
}
connection = gcp.servicenetworking.Connection(
    "psa",
    network=network.id,
    service="servicenetworking.googleapis.com",
    reserved_peering_ranges=[one.name for one in ranges.values()],
)


def database(site: str, other: str, after: list[pulumi.Resource]) -> gcp.sql.DatabaseInstance:
    """One site's instance, with the arguments of its present role."""
    leads = site == LEADER
    settings: dict[str, Any] = {
        "tier": "db-perf-optimized-N-2",
        "edition": "ENTERPRISE_PLUS",
        "availability_type": "REGIONAL",
        "ip_configuration": {
            "private_network": network.id,
            "allocated_ip_range": ranges[site].name,
            "ipv4_enabled": False,
            "ssl_mode": "ENCRYPTED_ONLY",
        },
    }
    role: dict[str, Any] = {}
    if leads:
        settings["backup_configuration"] = {
            "enabled": True,
            "location": "us",
            "point_in_time_recovery_enabled": True,
            "transaction_log_retention_days": 14,
        }
        if os.environ.get("DESIGNATED"):
            dr = f"{PROJECT}:pg-{other}"
            role["replication_cluster"] = {"failover_dr_replica_name": dr}
    else:
        role["master_instance_name"] = f"pg-{other}"
    return gcp.sql.DatabaseInstance(
        f"pg-{site}",
        name=f"pg-{site}",
        region=SITES[site],
        database_version="POSTGRES_16",
        deletion_protection=False,
        settings=settings,
        **role,
        opts=pulumi.ResourceOptions(
            depends_on=[connection, *after],
            ignore_changes=ROLES + ([] if leads else FOLLOWER),
        ),
    )


database("east", "west", [database("west", "east", [])])
zone = gcp.dns.ManagedZone("zone", name="zone", dns_name="pay.example.com.", description="x")
check = gcp.compute.HealthCheck(
    "check",
    name="check",
    check_interval_sec=30,
    source_regions=["us-central1", "europe-west1", "asia-east1"],
    tcp_health_check={"port": 443},
)
gcp.dns.RecordSet(
    "api",
    managed_zone=zone.name,
    name="api.pay.example.com.",
    type="A",
    ttl=30,
    routing_policy={
        "health_check": check.id,
        "primary_backup": {
            "primary": {"external_endpoints": ["203.0.113.1", "203.0.113.2"]},
            "backup_geos": [
                {
                    "location": "us-east1",
                    "health_checked_targets": {"external_endpoints": ["203.0.113.9"]},
                }
            ],
            "trickle_ratio": 0.1,
        },
    },
)
gcp.storage.Bucket(
    "bundles",
    name="ledger-bundles",
    location="US",
    uniform_bucket_level_access=True,
    public_access_prevention="enforced",
    versioning={"enabled": True},
)
