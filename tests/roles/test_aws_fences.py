"""A region that a forced failover has cut off: seen by whoever asks, and let in when it is safe."""

import dataclasses
from typing import Any

import pytest

from tests.roles.conftest import client
from tests.roles.test_aws import CITY, REMOTE, make_aurora, new_stack
from tricenter.cli.cloud_status import find_unwell
from tricenter.cli.role_change import Deployed
from tricenter.components.aws.functions import fence
from tricenter.roles.aws import open_roles
from tricenter.roles.interface import RoleError
from tricenter.roles.services import CloudRoles
from tricenter.topology.plan import Plan

pytestmark = pytest.mark.usefixtures("emulated_aws")


def network(stack: str, region: str) -> str:
    """A network with a stack's tag; its default entry list."""
    ec2 = client("ec2", region)
    tags = [{"Key": "tricenter:stack", "Value": stack}]
    made = ec2.create_vpc(
        CidrBlock="10.64.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": tags}]
    )
    filters = [{"Name": "vpc-id", "Values": [made["Vpc"]["VpcId"]]}]
    (acl,) = ec2.describe_network_acls(Filters=filters)["NetworkAcls"]
    return acl["NetworkAclId"]


def cut(stack: str) -> tuple[Any, str]:
    """A stack's networks in both regions, the city's cut off by the function of the cloud."""
    network(stack, REMOTE)
    network("another", CITY)
    acl = network(stack, CITY)
    ec2 = client("ec2", CITY)
    fence.change(ec2, "fence", acl)
    return ec2, acl


def test_a_cut_region_is_seen_and_let_in(aws_plan: Plan) -> None:
    """By the sites of the region; `status` names the verb. A stack without a fence has none."""
    stack = new_stack()
    make_aurora(aws_plan, stack)
    roles = open_roles(stack)
    assert roles.fenced(aws_plan) == () == roles.readmit(aws_plan)
    cut(stack)
    assert roles.fenced(aws_plan) == ("changi", "jurong")
    deployed = Deployed(settings=None, plan=aws_plan, roles=roles, observed={})  # type: ignore[arg-type]
    (first, _) = [u for u in find_unwell(deployed, {}) if u.code == "fenced"]
    assert first.next == "tricenter failback" and "changi is shut out" in first.says
    assert roles.readmit(aws_plan) == ("changi", "jurong")
    assert roles.fenced(aws_plan) == ()
    assert open_roles("another").fenced(aws_plan) == ()


def test_who_does_not_follow_stays_out(aws_plan: Plan) -> None:
    """An old leader that takes writes beside the new one would take those of clients, too."""
    stack = new_stack()
    make_aurora(aws_plan, stack)
    cut(stack)
    roles = open_roles(stack)
    roles.failover(aws_plan, "ledger-a", "tokyo-1")
    seen = roles.observe(aws_plan)
    assert isinstance(roles, CloudRoles) and roles.fences is not None
    led = seen["ledger-a"]
    for health, leader in (("leads", None), ("gone", "tokyo-1"), ("unknown", "tokyo-1")):
        members = tuple(
            dataclasses.replace(m, health=health) if m.site == "jurong" else m for m in led.members
        )
        odd = {"ledger-a": dataclasses.replace(led, leader=leader, members=members)}
        with pytest.raises(RoleError, match="stay cut off from clients: ledger-a"):
            roles.fences.readmit(aws_plan, odd)
        assert roles.fenced(aws_plan) == ("changi", "jurong")
    assert {m.health for m in led.members if m.site != "tokyo-1"} == {"follows"}
    assert roles.readmit(aws_plan) == ("changi", "jurong")
