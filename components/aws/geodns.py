"""GeoDNS on AWS: the zone in Route 53, a health check for each address, the writers' names."""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from tricenter.components.aws.deployment import Deployment
from tricenter.topology.aws_names import cidr_collection
from tricenter.topology.dns.leader_name import (
    KIND,
    ROUTE53,
    LeaderName,
    leader_name,
    zone_comment,
)
from tricenter.topology.dns.naming import slug, subject_of
from tricenter.topology.dns.route53 import (
    compile_route53,
)
from tricenter.topology.dns.route53_records import (
    AddressCheck,
    Failover,
    Geolocation,
    InSubnet,
    Latency,
    Multivalue,
    RecordSet,
    Tree,
    Weighted,
)

route53 = aws.route53
CAPABILITY = "dns"
EVERYWHERE = "*"
"""Route 53's country of everyone for whom no other record set is."""


def make_zone(deployment: Deployment) -> aws.route53.Zone | None:
    """The zone without its records; None where Route 53 does not serve it."""
    zone = deployment.plan.zone
    if ROUTE53 not in zone.services:
        return None
    name = deployment.name(None, CAPABILITY)
    return route53.Zone(
        name,
        name=zone.name,
        comment=zone_comment(deployment.stack),
        force_destroy=not deployment.production,
        tags=deployment.tags(name),
        opts=deployment.options(deployment.tree.dns, holds_data=True),
    )


def deploy_dns(
    deployment: Deployment, zone: aws.route53.Zone, *, writers: Mapping[str, pulumi.Input[str]]
) -> None:
    """The records of a zone. `writers` has the endpoint of each database's leader.

    Most endpoints are names that the service moves by itself when roles change, so that the record
    never does. Gives the component the output `nameServers` and the stack the same.
    """
    plan, dns = deployment.plan, deployment.tree.dns
    tree = compile_route53(plan.zone)
    checks = {check.address: _check(deployment, check) for check in tree.checks}
    collection = _collection(deployment, tree)
    _records(deployment, tree, zone, checks, collection)
    for database in plan.databases:
        if database.name in writers:
            name = leader_name(plan.zone, database)
            _writer(deployment, zone, name, writers[database.name])
    dns.outputs["nameServersRoute53"] = zone.name_servers


def _check(deployment: Deployment, check: AddressCheck) -> aws.route53.HealthCheck:
    """Whether one address accepts connections, and answers, as seen from three continents."""
    subject = f"{slug(check.record)}-{slug(check.address)}"
    name = deployment.name(check.site, CAPABILITY, subject)
    return route53.HealthCheck(
        name,
        type=check.request.scheme.upper() if check.request else "TCP",
        ip_address=check.address,
        port=check.port,
        # With an address the name is not looked up: it is the Host header, and the name in TLS.
        fqdn=check.request.host if check.request else None,
        resource_path=check.request.path if check.request else None,
        enable_sni=True if check.request and check.request.scheme == "https" else None,
        request_interval=check.interval,
        failure_threshold=check.failures,
        measure_latency=True,
        # Regions of checkers can be chosen in the partition `aws` alone.
        regions=list(check.checkers) if deployment.partition == "aws" else None,
        tags=deployment.tags(name, check.site),
        opts=deployment.options(deployment.tree.dns),
    )


def _records(
    deployment: Deployment,
    tree: Tree,
    zone: aws.route53.Zone,
    checks: Mapping[str, aws.route53.HealthCheck],
    collection: Sequence[pulumi.Resource],
) -> None:
    """The record sets, each alias after all record sets of the name that it points to."""
    made: dict[tuple[str, str], list[aws.route53.Record]] = {}
    for record in tree.records:
        after = made.get((record.alias.target, record.type), []) if record.alias else []
        if isinstance(record.policy, InSubnet):
            after = [*after, *collection]
        one = _record(deployment, record, zone, checks, after)
        made.setdefault((record.name, record.type), []).append(one)


def _record(
    deployment: Deployment,
    record: RecordSet,
    zone: aws.route53.Zone,
    checks: Mapping[str, aws.route53.HealthCheck],
    after: Sequence[pulumi.Resource],
) -> aws.route53.Record:
    subject = subject_of(deployment.plan.zone.name, record.name, record.type, record.set_identifier)
    policy = record.policy
    return route53.Record(
        deployment.name(record.site, CAPABILITY, subject),
        zone_id=zone.zone_id,
        name=record.name,
        type=record.type,
        set_identifier=record.set_identifier,
        ttl=record.ttl,
        records=list(record.values) or None,
        aliases=_alias(record, zone),
        health_check_id=checks[record.check].id if record.check else None,
        multivalue_answer_routing_policy=True if isinstance(policy, Multivalue) else None,
        weighted_routing_policies=_weighted(policy),
        failover_routing_policies=_failover(policy),
        latency_routing_policies=_latency(policy),
        cidr_routing_policy=_cidr(policy, after),
        geolocation_routing_policies=_geolocation(policy),
        allow_overwrite=False,
        opts=deployment.options(deployment.tree.dns, after=after),
    )


def _alias(record: RecordSet, zone: aws.route53.Zone) -> list[aws.route53.RecordAliasArgs] | None:
    if record.alias is None:
        return None
    return [
        route53.RecordAliasArgs(
            name=record.alias.target,
            zone_id=zone.zone_id,
            evaluate_target_health=record.alias.evaluate,
        )
    ]


def _weighted(policy: object) -> list[aws.route53.RecordWeightedRoutingPolicyArgs] | None:
    if not isinstance(policy, Weighted):
        return None
    return [route53.RecordWeightedRoutingPolicyArgs(weight=policy.weight)]


def _failover(policy: object) -> list[aws.route53.RecordFailoverRoutingPolicyArgs] | None:
    if not isinstance(policy, Failover):
        return None
    kind = "PRIMARY" if policy.first else "SECONDARY"
    return [route53.RecordFailoverRoutingPolicyArgs(type=kind)]


def _latency(policy: object) -> list[aws.route53.RecordLatencyRoutingPolicyArgs] | None:
    if not isinstance(policy, Latency):
        return None
    return [route53.RecordLatencyRoutingPolicyArgs(region=policy.region)]


def _collection(deployment: Deployment, tree: Tree) -> Sequence[pulumi.Resource]:
    """The subnets that rules name: a collection and its locations; nothing where no rule does."""
    if not tree.locations:
        return ()
    made = route53.CidrCollection(
        deployment.name(None, CAPABILITY, "subnets"),
        # Of an account there are few, so that it is one for all records of the zone.
        name=cidr_collection(deployment.stack),
        opts=deployment.options(deployment.tree.dns),
    )
    locations = [
        route53.CidrLocation(
            deployment.name(None, CAPABILITY, f"subnets-{location}"),
            cidr_collection_id=made.id,
            name=location,
            cidr_blocks=[subnet],
            opts=deployment.options(deployment.tree.dns),
        )
        for location, subnet in tree.locations
    ]
    return (made, *locations)


def _cidr(
    policy: object, after: Sequence[pulumi.Resource]
) -> aws.route53.RecordCidrRoutingPolicyArgs | None:
    if not isinstance(policy, InSubnet):
        return None
    (made,) = (one for one in after if isinstance(one, route53.CidrCollection))
    return route53.RecordCidrRoutingPolicyArgs(collection_id=made.id, location_name=policy.location)


def _geolocation(policy: object) -> list[aws.route53.RecordGeolocationRoutingPolicyArgs] | None:
    if not isinstance(policy, Geolocation):
        return None
    if policy.continent:
        return [route53.RecordGeolocationRoutingPolicyArgs(continent=policy.continent)]
    country = policy.country or EVERYWHERE
    return [route53.RecordGeolocationRoutingPolicyArgs(country=country, subdivision=policy.state)]


def _writer(
    deployment: Deployment, zone: aws.route53.Zone, own: LeaderName, endpoint: pulumi.Input[str]
) -> None:
    """The name of a database's leader, without a health check."""
    route53.Record(
        deployment.name(None, CAPABILITY, subject_of(deployment.plan.zone.name, own.name, KIND)),
        zone_id=zone.zone_id,
        name=own.name,
        type=KIND,
        ttl=own.ttl,
        records=[endpoint],
        allow_overwrite=False,
        opts=deployment.options(deployment.tree.dns),
    )
