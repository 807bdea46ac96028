"""A site that fails over by DNS from one region to another, with its files in buckets."""

import pulumi_aws as aws

zone = aws.route53.Zone("site", name="example.org")
check = aws.route53.HealthCheck(
    "secondary", type="HTTPS", fqdn="eu.example.org", port=443, request_interval=30,
    failure_threshold=3, resource_path="/",
)  # fmt: skip
aws.route53.Record(
    "www-primary",
    zone_id=zone.zone_id,
    name="www.example.org",
    type="A",
    ttl=300,
    records=["198.51.100.10"],
    set_identifier="primary",
    failover_routing_policies=[{"type": "PRIMARY"}],
)
aws.route53.Record(
    "www-secondary",
    zone_id=zone.zone_id,
    name="www.example.org",
    type="A",
    ttl=60,
    records=["198.51.100.20"],
    set_identifier="secondary",
    health_check_id=check.id,
    failover_routing_policies=[{"type": "SECONDARY"}],
)
for place, address in (("NA", "198.51.100.10"), ("EU", "198.51.100.20")):
    aws.route53.Record(
        f"near-{place.lower()}",
        zone_id=zone.zone_id,
        name="near.example.org",
        type="A",
        ttl=60,
        records=[address],
        set_identifier=place,
        health_check_id=check.id,
        geolocation_routing_policies=[{"continent": place}],
    )
files = aws.s3.Bucket("files")
aws.s3.BucketVersioning("files", bucket=files.id, versioning_configuration={"status": "Enabled"})
aws.s3.Bucket("uploads")
