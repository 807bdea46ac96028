"""A name that answers by location."""

import pulumi_aws as aws

zone = aws.route53.Zone("z", name="example.org")


def check(n, **more):
    return aws.route53.HealthCheck(
        n,
        type="HTTPS",
        fqdn=n + ".example.org",
        port=443,
        request_interval=10,
        failure_threshold=3,
        resource_path="/ready",
        **more,
    )


def geo(n, name, where, addr):
    aws.route53.Record(
        n,
        zone_id=zone.zone_id,
        name=name,
        type="A",
        ttl=30,
        records=[addr],
        set_identifier=n,
        health_check_id=check(n).id,
        geolocation_routing_policies=[where],
    )


geo("eu", "www.example.org", {"continent": "EU"}, "198.51.100.10")
geo("all", "WWW.example.org", {"country": "*"}, "198.51.100.20")
