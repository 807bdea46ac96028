"""GeoDNS on Google Cloud: the zone in Cloud DNS, a health check for each record, the writers."""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_gcp as gcp

from tricenter.components.gcp.deployment import Deployment
from tricenter.topology.dns.clouddns import compile_clouddns
from tricenter.topology.dns.clouddns_records import (
    Geo,
    GeoItem,
    Policy,
    PrimaryBackup,
    RecordCheck,
    RoundRobin,
    RoutedSet,
)
from tricenter.topology.dns.leader_name import google_zone, leader_name
from tricenter.topology.dns.naming import slug, subject_of
from tricenter.topology.plan import PlannedDatabase

dns = gcp.dns
CAPABILITY = "dns"
FIXED = "USE_FIXED_PORT"
HEALTHY_AFTER = 2
"""Successful checks in a row until an address is used again."""


def deploy_dns(
    deployment: Deployment, *, writers: Mapping[str, pulumi.Input[str]]
) -> gcp.dns.ManagedZone:
    """The zone with its records. `writers` has the endpoint of each database's leader.

    An endpoint is a name that the service moves by itself when roles change, so that its record
    never does. Gives the component the output `nameServersCloudDns` and the stack the same.
    """
    plan, component = deployment.plan, deployment.tree.dns
    tree = compile_clouddns(plan.zone)
    zone = dns.ManagedZone(
        deployment.logical(None, CAPABILITY),
        name=google_zone(deployment.stack),
        project=deployment.project,
        dns_name=f"{plan.zone.name}.",
        description=f"tricenter: clients of {plan.topology}",
        visibility="public",
        # Off for good: a signed zone may have one checked address an item (discovery document of
        # dns v1, signatureRrdatas, checked 2026-11-24), and a spec has several addresses a site.
        dnssec_config=dns.ManagedZoneDnssecConfigArgs(state="off"),
        cloud_logging_config=dns.ManagedZoneCloudLoggingConfigArgs(enable_logging=True),
        force_destroy=deployment.drill,
        labels=deployment.labels(),
        opts=deployment.options(component, holds_data=True),
    )
    checks = {check.record: _check(deployment, check) for check in tree.checks}
    made: dict[str, list[pulumi.Resource]] = {}
    for record in tree.records:
        # The public name comes last: it sends clients to the names of the rules.
        after = made.get(record.label, []) if record.type == "CNAME" else []
        one = _record(deployment, record, zone, checks.get(record.label), after)
        made.setdefault(record.label, []).append(one)
    for database in plan.databases:
        if database.name in writers:
            _writer(deployment, zone, database, writers[database.name])
    component.outputs["nameServersCloudDns"] = zone.name_servers
    return zone


def _check(deployment: Deployment, check: RecordCheck) -> gcp.compute.HealthCheck:
    """Whether an address accepts connections, and answers; made at each address of the record."""
    return gcp.compute.HealthCheck(
        deployment.logical(None, CAPABILITY, slug(check.record)),
        # Stable: another check would replace every record set that uses it.
        name=deployment.named(CAPABILITY, slug(check.record)),
        project=deployment.project,
        description=f"public addresses of {check.record}",
        source_regions=list(check.checkers),
        check_interval_sec=check.interval,
        timeout_sec=check.timeout,
        healthy_threshold=HEALTHY_AFTER,
        unhealthy_threshold=check.failures,
        tcp_health_check=_tcp(check),
        http_health_check=_http(check),
        https_health_check=_https(check),
        log_config=gcp.compute.HealthCheckLogConfigArgs(enable=True),
        opts=deployment.options(deployment.tree.dns),
    )


def _tcp(check: RecordCheck) -> gcp.compute.HealthCheckTcpHealthCheckArgs | None:
    if check.request:
        return None
    return gcp.compute.HealthCheckTcpHealthCheckArgs(port=check.port, port_specification=FIXED)


def _http(check: RecordCheck) -> gcp.compute.HealthCheckHttpHealthCheckArgs | None:
    asked = check.request
    if asked is None or asked.scheme != "http":
        return None
    return gcp.compute.HealthCheckHttpHealthCheckArgs(
        port=check.port, port_specification=FIXED, host=asked.host, request_path=asked.path
    )


def _https(check: RecordCheck) -> gcp.compute.HealthCheckHttpsHealthCheckArgs | None:
    asked = check.request
    if asked is None or asked.scheme != "https":
        return None
    return gcp.compute.HealthCheckHttpsHealthCheckArgs(
        port=check.port, port_specification=FIXED, host=asked.host, request_path=asked.path
    )


def _record(
    deployment: Deployment,
    record: RoutedSet,
    zone: gcp.dns.ManagedZone,
    check: gcp.compute.HealthCheck | None,
    after: Sequence[pulumi.Resource],
) -> gcp.dns.RecordSet:
    subject = subject_of(deployment.plan.zone.name, record.name, record.type)
    return dns.RecordSet(
        deployment.logical(record.site, CAPABILITY, subject),
        managed_zone=zone.name,
        project=deployment.project,
        name=f"{record.name}.",
        type=record.type,
        ttl=record.ttl,
        routing_policy=_policy(record.policy, check.id if check and record.checked else None),
        opts=deployment.options(deployment.tree.dns, after=list(after)),
    )


def _policy(policy: Policy, check: pulumi.Input[str] | None) -> gcp.dns.RecordSetRoutingPolicyArgs:
    match policy:
        case Geo():
            return dns.RecordSetRoutingPolicyArgs(
                health_check=check,
                enable_geo_fencing=policy.fenced,
                geos=[_geo(item) for item in policy.items],
            )
        case PrimaryBackup():
            return dns.RecordSetRoutingPolicyArgs(
                health_check=check,
                primary_backup=dns.RecordSetRoutingPolicyPrimaryBackupArgs(
                    primary=dns.RecordSetRoutingPolicyPrimaryBackupPrimaryArgs(
                        external_endpoints=list(policy.first)
                    ),
                    backup_geos=[_backup(item) for item in policy.backup.items],
                    enable_geo_fencing_for_backups=policy.backup.fenced,
                    trickle_ratio=policy.trickle,
                ),
            )
        case RoundRobin():
            return dns.RecordSetRoutingPolicyArgs(
                health_check=check,
                wrrs=[
                    dns.RecordSetRoutingPolicyWrrArgs(
                        weight=bucket.weight,
                        rrdatas=list(bucket.data) or None,
                        health_checked_targets=dns.RecordSetRoutingPolicyWrrHealthCheckedTargetsArgs(
                            external_endpoints=list(bucket.checked)
                        )
                        if bucket.checked
                        else None,
                    )
                    for bucket in policy.buckets
                ],
            )


def _geo(item: GeoItem) -> gcp.dns.RecordSetRoutingPolicyGeoArgs:
    checked = dns.RecordSetRoutingPolicyGeoHealthCheckedTargetsArgs(
        external_endpoints=list(item.checked)
    )
    return dns.RecordSetRoutingPolicyGeoArgs(
        location=item.location,
        rrdatas=list(item.data) or None,
        health_checked_targets=checked if item.checked else None,
    )


def _backup(item: GeoItem) -> gcp.dns.RecordSetRoutingPolicyPrimaryBackupBackupGeoArgs:
    checked = dns.RecordSetRoutingPolicyPrimaryBackupBackupGeoHealthCheckedTargetsArgs(
        external_endpoints=list(item.checked)
    )
    return dns.RecordSetRoutingPolicyPrimaryBackupBackupGeoArgs(
        location=item.location,
        rrdatas=list(item.data) or None,
        health_checked_targets=checked if item.checked else None,
    )


def _writer(
    deployment: Deployment,
    zone: gcp.dns.ManagedZone,
    database: PlannedDatabase,
    endpoint: pulumi.Input[str],
) -> None:
    """The name of a database's leader, without a health check.

    AlloyDB has no name that follows the role, so that its record is the leader's own address.
    """
    own = leader_name(deployment.plan.zone, database)
    end = "" if own.kind == "A" else "."
    target = pulumi.Output.from_input(endpoint).apply(lambda host: f"{host.rstrip('.')}{end}")
    subject = subject_of(deployment.plan.zone.name, own.name, own.kind)
    dns.RecordSet(
        deployment.logical(None, CAPABILITY, subject),
        managed_zone=zone.name,
        project=deployment.project,
        name=f"{own.name}.",
        type=own.kind,
        ttl=own.ttl,
        rrdatas=[target],
        opts=deployment.options(deployment.tree.dns),
    )
