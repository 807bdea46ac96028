"""Faults on AWS: the experiment of FIS that the stack has, else the calls that it stands for.

The emulated FIS keeps experiments and does nothing for them. There the calls that the experiment's
actions stand for are made as well, and said. (checked 2026-11-24)
https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tricenter.drills.cloud.faults import Say, sites_on
from tricenter.roles.aws.calls import NotThere, Regions
from tricenter.roles.services import is_offline
from tricenter.topology.aws_names import regional_id
from tricenter.topology.plan import Plan

STACK, SITE, FAULT = "tricenter:stack", "tricenter:site", "tricenter:fault"
RUNNING_EXPERIMENTS = {"pending", "initiating", "running"}
CLOSED = "closed network"


def strike(
    stack: str,
    plan: Plan,
    scenario: str,
    sites: tuple[str, ...],
    roles: Mapping[str, str],
    say: Say,
) -> None:
    """Lose the sites: FIS where the stack has the experiment, else machines are stopped."""
    regions = Regions()
    struck = sites_on(plan, "aws", sites)
    for region in sorted({_region(plan, site) for site in struck}):
        here = tuple(site for site in struck if _region(plan, site) == region)
        template = _template(regions, region, stack, scenario)
        if template is not None:
            _start(regions, region, stack, template, say)
            if is_offline():
                say("the emulated FIS changes nothing: the calls that its actions stand for follow")
        if template is None or is_offline():
            _close_network(regions, region, stack, here, say)
        _stop_machines(regions, region, stack, here, say)
        if scenario.startswith("lose-site"):
            _move_leaders(regions, region, stack, plan, roles, here, template, say)


def heal(stack: str, plan: Plan, say: Say) -> None:
    """End experiments, open what was closed, start what was stopped; found by the stack's tags."""
    regions = Regions()
    hosts = [host for host in plan.hosts if host.place and host.place.cloud == "aws"]
    for region in sorted({host.place.region for host in hosts if host.place}):
        for experiment in _experiments(regions, region, stack):
            regions.call(region, "fis", "stop_experiment", id=experiment["id"])
            say(f"fis:StopExperiment {experiment['id']} in {region}")
        _open_network(regions, region, stack, say)
        stopped = [
            machine["InstanceId"]
            for machine in _machines(regions, region, stack)
            if machine["State"]["Name"] in {"stopping", "stopped"}
        ]
        if stopped:
            regions.call(region, "ec2", "start_instances", InstanceIds=stopped)
            say(f"ec2:StartInstances {', '.join(stopped)} in {region}")


def _region(plan: Plan, site: str) -> str:
    place = plan.host(site).place
    assert place is not None  # noqa: S101 - only sites on AWS come here
    return place.region


def _template(regions: Regions, region: str, stack: str, scenario: str) -> str | None:
    """The id of the stack's experiment for a scenario; None where it has none."""
    for entry in _listed(regions, region, "list_experiment_templates", "experimentTemplates"):
        told: Mapping[str, str] = entry.get("tags") or {}
        if told.get(STACK) == stack and entry.get("description") == f"{stack}: {scenario}":
            return str(entry["id"])
    return None


def _start(regions: Regions, region: str, stack: str, template: str, say: Say) -> None:
    answer = regions.call(
        region,
        "fis",
        "start_experiment",
        experimentTemplateId=template,
        tags={STACK: stack, FAULT: "experiment"},
    )
    experiment = answer["experiment"]
    say(
        f"fis:StartExperiment {template} in {region}: {experiment['id']} is "
        f"{experiment['state']['status']}"
    )


def _experiments(regions: Regions, region: str, stack: str) -> Iterator[Mapping[str, Any]]:
    """The experiments of a stack that have not ended."""
    for entry in _listed(regions, region, "list_experiments", "experiments"):
        told: Mapping[str, str] = entry.get("tags") or {}
        if told.get(STACK) == stack and entry["state"]["status"] in RUNNING_EXPERIMENTS:
            yield entry


def _listed(
    regions: Regions, region: str, operation: str, member: str
) -> Iterator[Mapping[str, Any]]:
    request: dict[str, Any] = {}
    while True:
        answer = regions.call(region, "fis", operation, **request)
        yield from answer[member]
        if not answer.get("nextToken"):
            return
        request = {"nextToken": answer["nextToken"]}


def _close_network(
    regions: Regions, region: str, stack: str, sites: tuple[str, ...], say: Say
) -> None:
    """What `aws:network:disrupt-connectivity` does: a network ACL that lets nothing through."""
    subnets = _subnets(regions, region, stack, sites)
    for network in sorted({subnet["VpcId"] for subnet in subnets}):
        ids = [subnet["SubnetId"] for subnet in subnets if subnet["VpcId"] == network]
        tags = {"Name": f"{stack} {CLOSED}", STACK: stack, FAULT: "network"}
        made = regions.call(
            region,
            "ec2",
            "create_network_acl",
            VpcId=network,
            TagSpecifications=[
                {
                    "ResourceType": "network-acl",
                    "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
                }
            ],
        )["NetworkAcl"]["NetworkAclId"]
        for acl in _acls(regions, region, {"vpc-id": network}):
            for tie in acl["Associations"]:
                if tie["SubnetId"] in ids:
                    _tie(regions, region, tie, made)
        say(f"ec2:ReplaceNetworkAclAssociation in {region}: {', '.join(sites)} behind {made}")


def _open_network(regions: Regions, region: str, stack: str, say: Say) -> None:
    """Give subnets behind a closed list the network's own again, and delete the closed one."""
    for acl in _acls(regions, region, {f"tag:{STACK}": stack, f"tag:{FAULT}": "network"}):
        wanted = {"vpc-id": acl["VpcId"], "default": "true"}
        own = next(_acls(regions, region, wanted))["NetworkAclId"]
        for tie in acl["Associations"]:
            _tie(regions, region, tie, own)
        regions.call(region, "ec2", "delete_network_acl", NetworkAclId=acl["NetworkAclId"])
        say(f"ec2:DeleteNetworkAcl {acl['NetworkAclId']} in {region}: its subnets are open again")


def _tie(regions: Regions, region: str, tie: Mapping[str, str], acl: str) -> None:
    regions.call(
        region,
        "ec2",
        "replace_network_acl_association",
        AssociationId=tie["NetworkAclAssociationId"],
        NetworkAclId=acl,
    )


def _acls(regions: Regions, region: str, wanted: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    answer = regions.call(region, "ec2", "describe_network_acls", Filters=_filters(wanted))
    yield from answer["NetworkAcls"]


def _subnets(
    regions: Regions, region: str, stack: str, sites: tuple[str, ...]
) -> list[Mapping[str, Any]]:
    wanted = {f"tag:{STACK}": stack}
    found = regions.call(region, "ec2", "describe_subnets", Filters=_filters(wanted))["Subnets"]
    return [subnet for subnet in found if _tag(subnet, SITE) in sites]


def _stop_machines(
    regions: Regions, region: str, stack: str, sites: tuple[str, ...], say: Say
) -> None:
    running = [
        machine["InstanceId"]
        for machine in _machines(regions, region, stack)
        if _tag(machine, SITE) in sites and machine["State"]["Name"] in {"pending", "running"}
    ]
    if running:
        # By force: a machine that shuts down in order says goodbye to its peers.
        regions.call(region, "ec2", "stop_instances", InstanceIds=running, Force=True)
        say(f"ec2:StopInstances (forced) {', '.join(running)} in {region}")


def _machines(regions: Regions, region: str, stack: str) -> Iterator[Mapping[str, Any]]:
    wanted = _filters({f"tag:{STACK}": stack})
    answer = regions.call(region, "ec2", "describe_instances", Filters=wanted)
    for reservation in answer["Reservations"]:
        yield from reservation["Instances"]


def _move_leaders(
    regions: Regions,
    region: str,
    stack: str,
    plan: Plan,
    roles: Mapping[str, str],
    sites: tuple[str, ...],
    template: str | None,
    say: Say,
) -> None:
    """Move what is led from a lost zone; on the real AWS the experiment moves Aurora itself."""
    for database in plan.databases:
        if roles.get(database.name) not in sites:
            continue
        name = regional_id(stack, database.name, region)
        if database.service == "aurora" and (template is None or is_offline()):
            regions.call(region, "rds", "failover_db_cluster", DBClusterIdentifier=name)
            say(f"rds:FailoverDBCluster {name} in {region}")
        elif database.service == "rds":
            try:
                regions.call(
                    *(region, "rds", "reboot_db_instance"),
                    DBInstanceIdentifier=name,
                    ForceFailover=True,
                )
            except NotThere:
                continue
            say(f"rds:RebootDBInstance with ForceFailover {name} in {region}")


def _filters(wanted: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"Name": name, "Values": [value]} for name, value in wanted.items()]


def _tag(thing: Mapping[str, Any], key: str) -> str | None:
    return next((tag["Value"] for tag in thing.get("Tags") or () if tag["Key"] == key), None)
