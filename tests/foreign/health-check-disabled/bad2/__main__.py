"""A name that fails over by a health check."""

import pulumi_aws as aws

zone = aws.route53.Zone("z", name="example.org")


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


h = aws.route53.HealthCheck(
    "a",
    type="CLOUDWATCH_METRIC",
    cloudwatch_alarm_name="db-up",
    cloudwatch_alarm_region="us-east-1",
    insufficient_data_health_status="Healthy",
)
rec("a", "198.51.100.10", "PRIMARY", health_check_id=h.id)
rec("b", "198.51.100.20", "SECONDARY")
