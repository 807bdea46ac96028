"""A name that fails over between aliases of other records of its zone."""

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


def plain(n, addr):
    return aws.route53.Record(
        "host-" + n,
        zone_id=zone.zone_id,
        name=n + ".example.org",
        type="A",
        ttl=30,
        records=[addr, addr[:-1] + "9"],
        health_check_id=check(n).id,
    )


def alias(n, to, kind):
    aws.route53.Record(
        "www-" + n,
        zone_id=zone.zone_id,
        name="www.example.org",
        type="A",
        set_identifier=n,
        failover_routing_policies=[{"type": kind}],
        aliases=[{"name": to.fqdn, "zone_id": zone.zone_id, "evaluate_target_health": True}],
    )


alias("east", plain("east", "198.51.100.10"), "PRIMARY")
alias("west", plain("west", "198.51.100.20"), "SECONDARY")
