"""A name that fails over by a health check."""

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


def rec(n, addr, kind, *, name="www.example.org", **more):
    return aws.route53.Record(
        n,
        zone_id=zone.zone_id,
        name=name,
        type="A",
        ttl=30,
        records=[addr],
        set_identifier=n,
        failover_routing_policies=[{"type": kind}],
        **more,
    )


rec("a", "198.51.100.10", "PRIMARY", health_check_id=check("a", disabled=True).id)
rec("b", "198.51.100.20", "SECONDARY")
