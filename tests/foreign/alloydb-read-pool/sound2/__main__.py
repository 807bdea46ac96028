"""AlloyDB in two regions."""

import pulumi_gcp as gcp


def alloy(name, region, kind, **more):
    return gcp.alloydb.Cluster(
        name,
        cluster_id=name,
        location=region,
        database_version="POSTGRES_16",
        deletion_protection=True,
        network_config={"network": "projects/p/global/networks/n"},
        automated_backup_policy={"enabled": True, "quantity_based_retention": {"count": 14}}
        if kind == "PRIMARY"
        else None,
        continuous_backup_config={"enabled": True} if kind == "PRIMARY" else None,
        cluster_type=kind,
        **more,
    )


def inst(name, c, kind, cpus=4, avail=None, **more):
    gcp.alloydb.Instance(
        name,
        cluster=c.name,
        instance_id=name,
        instance_type=kind,
        availability_type=avail,
        machine_config={"cpu_count": cpus},
        client_connection_config={"ssl_config": {"ssl_mode": "ENCRYPTED_ONLY"}},
        **more,
    )


a = alloy("pay", "europe-west1", "PRIMARY")
inst("pay-main", a, "PRIMARY", avail="REGIONAL")
b = alloy("pay-far", "europe-west4", "SECONDARY", secondary_config={"primary_cluster_name": a.name})
inst("pay-far-main", b, "SECONDARY", avail="REGIONAL")
