"""Which DNS records are one name, and which of them go by the health of what they lead to."""

from typing import Any

import pytest

from tests.resource_examples import Item, found, item

ZONE = item("aws:route53/zone:Zone", "zone", name="example.org")
CHECK: Item = {"type": "HTTPS", "fqdn": "east.example.org", "port": 443}
SECOND: Item = {"records": ["198.51.100.20"], "failoverRoutingPolicies": [{"type": "SECONDARY"}]}


def record(name: str, domain: str = "www.example.org", /, **props: Any) -> Item:
    """A record of Route 53, by default with an address of its own."""
    given = {"zoneId": "@zone", "name": domain, "type": "A", "ttl": 30, "setIdentifier": name}
    content = {} if "aliases" in props else {"records": ["198.51.100.10"]}
    return item("aws:route53/record:Record", name, **{**given, **content, **props})


def primary(**props: Any) -> Item:
    """A record that is answered first."""
    return record("first", failoverRoutingPolicies=[{"type": "PRIMARY"}], **props)


def alias(to: str, *, evaluate: bool = True) -> list[Item]:
    """What makes a record an alias."""
    return [{"name": to, "zoneId": "@zone", "evaluateTargetHealth": evaluate}]


def check(name: str = "check", **props: Any) -> Item:
    """A health check."""
    return item("aws:route53/healthCheck:HealthCheck", name, **{**CHECK, **props})


def calculated(threshold: int, *children: str) -> Item:
    """A health check of others."""
    return item(
        "aws:route53/healthCheck:HealthCheck", "check", type="CALCULATED",
        childHealthThreshold=threshold, childHealthchecks=[f"@{child}" for child in children],
    )  # fmt: skip


def alarmed(status: str | None) -> Item:
    """A health check of an alarm."""
    said = {} if status is None else {"insufficientDataHealthStatus": status}
    return item(
        "aws:route53/healthCheck:HealthCheck", "check", type="CLOUDWATCH_METRIC",
        cloudwatchAlarmName="db-up", cloudwatchAlarmRegion="us-east-1", **said,
    )  # fmt: skip


def alarm(treated: str) -> Item:
    """The alarm that it watches."""
    return item(
        "aws:cloudwatch/metricAlarm:MetricAlarm", "up", name="db-up", treatMissingData=treated
    )


CHECKS: dict[str, tuple[str, tuple[Item, ...]]] = {
    "plain": ("", (check(),)),
    "disabled": ("violation", (check(disabled=True),)),
    "disabled in writing": ("violation", (check(disabled="true"),)),
    "turned round": ("violation", (check(invertHealthcheck=True),)),
    "not known yet": ("unknown", (check(disabled="(unknown)"),)),
    "of nothing": ("violation", (calculated(0, "a"), check("a"))),
    "of more than there are": ("violation", (calculated(2, "a"), check("a"))),
    "of two": ("", (calculated(1, "a", "b"), check("a"), check("b"))),
    "of one that is off": (
        "violation",
        (calculated(1, "a", "b"), check("a"), check("b", disabled=True)),
    ),
    "of both, one off": ("", (calculated(2, "a", "b"), check("a"), check("b", disabled=True))),
    "alarm trusted": ("violation", (alarmed("Healthy"),)),
    "alarm remembered": ("violation", (alarmed("LastKnownStatus"),)),
    "alarm feared": ("", (alarmed("Unhealthy"),)),
    "alarm unsaid": ("unknown", (alarmed(None),)),
    "alarm that goes off by itself": ("", (alarmed("Healthy"), alarm("breaching"))),
    "alarm that does not": ("violation", (alarmed("Healthy"), alarm("notBreaching"))),
}


@pytest.mark.parametrize("case", sorted(CHECKS))
def test_a_check_that_never_changes_its_mind_is_none(case: str) -> None:
    """Switched off, turned round, or content with anything."""
    verdict, checks = CHECKS[case]
    made = (ZONE, primary(healthCheckId="@check"), record("second", **SECOND), *checks)
    assert found("dns-record-health-checked", *made).get("first", "") == verdict


HOST = record("host", "host.example.org", setIdentifier=None)
CHECKED = record("host", "host.example.org", healthCheckId="elsewhere")
WEIGHED: Item = {"weightedRoutingPolicies": [{"weight": 1}], "healthCheckId": "elsewhere"}
ONE = record("one", "host.example.org", **WEIGHED)
TWO = record("two", "host.example.org", **WEIGHED)
UNCHECKED = record("two", "host.example.org", weightedRoutingPolicies=[{"weight": 1}])
TARGETS: dict[str, tuple[str, str, tuple[Item, ...]]] = {
    "unchecked": ("violation", "host.example.org", (HOST,)),
    "unchecked, in capitals": ("violation", "HOST.example.org.", (HOST,)),
    "unchecked, by reference": ("violation", "@host", (HOST,)),
    "checked": ("", "host.example.org", (CHECKED,)),
    "all checked": ("", "host.example.org", (ONE, TWO)),
    "one of two checked": ("violation", "host.example.org", (ONE, UNCHECKED)),
    "another kind": (
        "",
        "host.example.org",
        (CHECKED, record("six", "host.example.org", type="AAAA")),
    ),
    "an alias of it": (
        "violation",
        "mid.example.org",
        (record("mid", "mid.example.org", aliases=alias("host.example.org")), HOST),
    ),
    "a circle": ("", "www.example.org", ()),
    "a load balancer": ("", "pay-1.eu-west-1.elb.amazonaws.com", ()),
    "a bucket": ("violation", "s3-website.eu-west-1.amazonaws.com", ()),
    "a distribution": ("violation", "d123.cloudfront.net", ()),
}


@pytest.mark.parametrize("case", sorted(TARGETS))
@pytest.mark.parametrize(
    "policy",
    [
        {"failoverRoutingPolicies": [{"type": "PRIMARY"}]},
        {"geolocationRoutingPolicies": [{"continent": "EU"}]},
        {"latencyRoutingPolicies": [{"region": "eu-west-1"}]},
    ],
    ids=["failover", "geolocation", "latency"],
)
def test_an_alias_is_as_healthy_as_its_target(case: str, policy: Item) -> None:
    """Which is always so for a record without a check, and for what is never down."""
    verdict, target, others = TARGETS[case]
    made = (ZONE, record("first", aliases=alias(target), **policy), *others)
    assert found("dns-record-health-checked", *made).get("first", "") == verdict


@pytest.mark.parametrize(
    ("policy", "targets", "verdict"),
    [
        ({"geolocationRoutingPolicies": [{"country": "CN"}]}, (CHECKED,), "violation"),
        ({"geolocationRoutingPolicies": [{"country": "CN"}]}, (ONE, TWO), ""),
        ({"geolocationRoutingPolicies": [{"country": "CN"}]}, (ONE, UNCHECKED), "violation"),
        ({"geolocationRoutingPolicies": [{"country": "*"}]}, (HOST,), ""),
        ({"failoverRoutingPolicies": [{"type": "PRIMARY"}]}, (ONE, TWO), "violation"),
        ({"failoverRoutingPolicies": [{"type": "SECONDARY"}]}, (HOST,), ""),
    ],
)
def test_an_alias_that_does_not_ask_needs_a_target_that_chooses(
    policy: Item, targets: tuple[Item, ...], verdict: str
) -> None:
    """A location goes over to the next one, a primary to its secondary, if it asks; what is
    answered last needs not."""
    made = record("first", aliases=alias("host.example.org", evaluate=False), **policy)
    assert found("dns-record-health-checked", ZONE, made, *targets).get("first", "") == verdict


EUROPE: Item = {"geolocationRoutingPolicies": [{"continent": "EU"}], "healthCheckId": "a"}
ALL: Item = {"geolocationRoutingPolicies": [{"country": "*"}], "healthCheckId": "b"}


@pytest.mark.parametrize(
    "written", ["www.example.org", "www.example.org.", "WWW.Example.org", "www", "Www."]
)
def test_one_name_is_one_however_it_is_written(written: str) -> None:
    """With a final dot, in capitals, without the zone's domain."""
    made = (ZONE, record("eu", **EUROPE), record("all", written, **ALL))
    assert not found("dns-geo-default", *made)
    assert not found("dns-record-several-addresses", *made)


def test_another_name_is_another() -> None:
    """Also one that ends alike."""
    made = (ZONE, record("eu", **EUROPE), record("all", "w.www", **ALL))
    assert found("dns-geo-default", *made) == {"eu": "violation"}
    star = (
        ZONE,
        record("eu", "*.example.org", **EUROPE),
        record("all", "\\052.example.org", **ALL),
    )
    assert not found("dns-geo-default", *star)


def test_the_apex_may_be_written_empty() -> None:
    """The provider takes it for the zone itself."""
    made = (ZONE, record("eu", "", **EUROPE), record("all", "example.org", **ALL))
    assert not found("dns-geo-default", *made)


def test_a_short_name_in_a_zone_that_nobody_knows_may_be_the_long_one() -> None:
    """Which is unknown; in another zone it is none."""
    eu = record("eu", "www.example.org", **EUROPE, zoneId="Z1")
    assert found("dns-geo-default", eu, record("all", "www", **ALL, zoneId="Z1")) == {
        "eu": "unknown"
    }
    assert found("dns-geo-default", eu, record("all", "www", **ALL, zoneId="Z2")) == {
        "eu": "violation"
    }
    same = record("all", "www.example.org.", **ALL, zoneId="/hostedzone/Z1")
    assert not found("dns-geo-default", eu, same)


def google(**policy: Any) -> Item:
    """A record of Cloud DNS."""
    return item(
        "gcp:dns/recordSet:RecordSet", "www", name="www.example.org.", type="A", ttl=30,
        managedZone="main", routingPolicy=policy,
    )  # fmt: skip


def place(location: str, **targets: Any) -> Item:
    """An item of a location."""
    return {"location": location, **targets}


EXTERNAL = {"healthCheckedTargets": {"externalEndpoints": ["198.51.100.10"]}}
INTERNAL = {"healthCheckedTargets": {"internalLoadBalancers": [{"ipAddress": "10.0.0.1"}]}}
PLAIN = {"rrdatas": ["198.51.100.20"]}
HC = {"healthCheck": "projects/p/global/healthChecks/web"}


@pytest.mark.parametrize(
    ("policy", "verdict"),
    [
        ({"geos": [place("europe-west1", **EXTERNAL)], **HC}, ""),
        ({"geos": [place("europe-west1", **EXTERNAL)]}, "violation"),
        ({"geos": [place("europe-west1", **PLAIN)], **HC}, "violation"),
        ({"geos": [place("a1", **EXTERNAL), place("b1", **PLAIN)], **HC}, "violation"),
        ({"geos": [place("europe-west1", **INTERNAL)]}, ""),
        ({"wrrs": [{"weight": 1, **PLAIN}], **HC}, "violation"),
        ({"wrrs": [{"weight": 1, **EXTERNAL}], **HC}, ""),
        ({"wrrs": "(unknown)"}, "unknown"),
        ({"primaryBackup": {"primary": EXTERNAL["healthCheckedTargets"]}, **HC}, ""),
        ({"primaryBackup": {"primary": EXTERNAL["healthCheckedTargets"]}}, "violation"),
        ({"primaryBackup": {"primary": INTERNAL["healthCheckedTargets"]}}, ""),
    ],
)
def test_cloud_dns_checks_what_stands_as_a_checked_target(policy: Item, verdict: str) -> None:
    """Plain data is answered whatever becomes of it, though the record names a check."""
    assert found("dns-record-health-checked", google(**policy)).get("www", "") == verdict


def pair(first: Item, second: Item | None) -> dict[str, str]:
    """What is said of a primary and a secondary."""
    records = [record("first", **{"failoverRoutingPolicies": [{"type": "PRIMARY"}], **first})]
    if second is not None:
        records.append(
            record("second", **{"failoverRoutingPolicies": [{"type": "SECONDARY"}], **second})
        )
    return found("dns-failover-pair", ZONE, *records)


OTHER: Item = {"records": ["198.51.100.20"]}


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ({}, OTHER, ""),
        ({}, None, "violation"),
        ({}, {}, "violation"),
        ({}, {"records": ["198.51.100.10", "198.51.100.20"]}, ""),
        ({"records": ["198.51.100.10", "198.51.100.20"]}, OTHER, "violation"),
        ({}, {**OTHER, "name": "WWW.example.org."}, ""),
        ({}, {**OTHER, "name": "www"}, ""),
        ({}, {**OTHER, "name": "api.example.org"}, "violation"),
        ({}, {**OTHER, "type": "AAAA"}, "violation"),
        ({}, {"failoverRoutingPolicies": [{"type": "(unknown)"}]}, "unknown"),
        ({"aliases": alias("a.example.org")}, {"aliases": alias("b.example.org")}, ""),
        ({"aliases": alias("a.example.org")}, {"aliases": alias("A.example.org.")}, "violation"),
        ({"aliases": alias("a.example.org")}, OTHER, ""),
        (
            {"type": "CNAME", "records": ["a.example.net"]},
            {"type": "CNAME", "records": ["A.example.net."]},
            "violation",
        ),
    ],
)
def test_a_primary_has_a_secondary_with_another_answer(
    first: Item, second: Item | None, verdict: str
) -> None:
    """Of the same name and kind."""
    given = {**second} if second is not None else None
    domain = given.pop("name", None) if given is not None else None
    made = pair(first, given) if domain is None else _named(first, given or {}, domain)
    assert made.get("first", "") == verdict


def _named(first: Item, second: Item, domain: str) -> dict[str, str]:
    policies = [{"failoverRoutingPolicies": [{"type": kind}]} for kind in ("PRIMARY", "SECONDARY")]
    return found(
        "dns-failover-pair",
        ZONE,
        record("first", **policies[0], **first),
        record("second", domain, **policies[1], **second),
    )


@pytest.mark.parametrize(
    ("backup", "verdict"),
    [
        ([{"location": "europe-west4", "rrdatas": ["198.51.100.20"]}], ""),
        ([{"location": "europe-west4", "rrdatas": ["198.51.100.10"]}], "violation"),
        ([{"location": "europe-west4", **EXTERNAL}], "violation"),
        ([], "violation"),
        ("(unknown)", "unknown"),
    ],
)
def test_a_backup_of_cloud_dns_has_another_answer(backup: Any, verdict: str) -> None:
    """Primary and backup are one record there."""
    policy = {"primary": EXTERNAL["healthCheckedTargets"], "backupGeos": backup}
    assert found("dns-failover-pair", google(primaryBackup=policy, **HC)).get("www", "") == verdict


def test_the_order_of_arrival_changes_no_finding() -> None:
    """The engine names resources as its threads are done; of two alike the same one is named."""
    where = [{"continent": "EU"}], [{"country": "US"}]
    records = [
        record(name, healthCheckId="@check", geolocationRoutingPolicies=place)
        for name, place in zip(("eu", "us"), where, strict=True)
    ]
    rule = "dns-geo-default"
    there = found(rule, ZONE, check(), *records)
    back = found(rule, ZONE, check(), *records[::-1])
    assert there and there == back
