"""An application on Cloud Run with Cloud SQL behind it, as quick starts show it."""

import pulumi_gcp as gcp

database = gcp.sql.DatabaseInstance(
    "app",
    database_version="POSTGRES_15",
    region="europe-west1",
    deletion_protection=False,
    settings={"tier": "db-f1-micro"},
)
gcp.sql.Database("app", instance=database.name)
gcp.sql.User("app", instance=database.name, password="tiger-tiger")
gcp.cloudrunv2.Service(
    "app",
    location="europe-west1",
    template={
        "containers": [
            {
                "image": "europe-docker.pkg.dev/example/app/app:1",
                # Planted: what the SDK made a secret of above stands in clear here.
                "envs": [
                    {"name": "DB_NAME", "value": "app"},
                    {"name": "DB_PASSWORD", "value": "tiger-tiger"},
                ],
            }
        ]
    },
)
zone = gcp.dns.ManagedZone("app", dns_name="app.example.net.")
gcp.dns.RecordSet(
    "www", managed_zone=zone.name, name="www.app.example.net.", type="A", ttl=300,
    rrdatas=["203.0.113.80", "203.0.113.81"],
)  # fmt: skip
