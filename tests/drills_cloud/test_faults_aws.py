"""Faults on AWS do what they say, and are healed from any state by the tags of their stack."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tricenter.drills.cloud.faults import aws as faults
from tricenter.drills.cloud.leftovers import scan
from tricenter.offline import aws
from tricenter.offline.aws import daemon
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan
from tricenter.topology.validate import load

pytestmark = pytest.mark.cloud

ROOT = Path(__file__).resolve().parent.parent.parent
STACK, REGION = "ledger-drill-0ff1ce", "ap-southeast-1"


@pytest.fixture(scope="module")
def ec2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """EC2 of an emulated AWS of this module's own."""
    state = tmp_path_factory.mktemp("aws")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in aws.environment(daemon.start(state)).items():
            patch.setenv(name, value)
        session: Any = boto3.Session()
        yield session.client("ec2", region_name=REGION)
    daemon.stop(state)


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The reference on AWS."""
    return compile_plan(load(ROOT / "stacks" / "ledger-aws.yaml"), "aws")


def _tagged(kind: str, site: str) -> list[dict[str, Any]]:
    tags = {"tricenter:stack": STACK, "tricenter:site": site}
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    return [{"ResourceType": kind, "Tags": listed}]


def _acl_of(ec2: Any, subnet: str) -> dict[str, Any]:
    wanted = [{"Name": "association.subnet-id", "Values": [subnet]}]
    return ec2.describe_network_acls(Filters=wanted)["NetworkAcls"][0]


def _state(ec2: Any, machine: str) -> str:
    answer = ec2.describe_instances(InstanceIds=[machine])
    return answer["Reservations"][0]["Instances"][0]["State"]["Name"]


def test_a_site_is_cut_off_and_comes_back(ec2: Any, plan: Plan) -> None:
    """Its subnets let nothing through, its machines stop, the other site's do not; twice healed."""
    network = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets: dict[str, str] = {}
    machines: dict[str, str] = {}
    for number, site in enumerate(("jurong", "changi")):
        made = ec2.create_subnet(
            VpcId=network,
            CidrBlock=f"10.0.{number}.0/24",
            TagSpecifications=_tagged("subnet", site),
        )
        subnets[site] = made["Subnet"]["SubnetId"]
        run = ec2.run_instances(
            ImageId="ami-12c6146b",
            MinCount=1,
            MaxCount=1,
            SubnetId=subnets[site],
            TagSpecifications=_tagged("instance", site),
        )
        machines[site] = run["Instances"][0]["InstanceId"]
    said: list[str] = []
    own = _acl_of(ec2, subnets["jurong"])["NetworkAclId"]
    faults.strike(STACK, plan, "lose-site:jurong", ("jurong",), {}, said.append)
    cut = _acl_of(ec2, subnets["jurong"])
    assert cut["NetworkAclId"] != own
    assert {entry["RuleAction"] for entry in cut["Entries"]} <= {"deny"}
    assert _acl_of(ec2, subnets["changi"])["NetworkAclId"] == own
    assert _state(ec2, machines["jurong"]) == "stopped"
    assert _state(ec2, machines["changi"]) == "running"
    assert [sentence.partition(" ")[0] for sentence in said] == [
        *("ec2:ReplaceNetworkAclAssociation", "ec2:StopInstances")
    ]
    left = scan("aws", STACK, places=(REGION,)).found
    assert "ec2 network-acl" in {entry.kind for entry in left}

    for expected in (["ec2:DeleteNetworkAcl", "ec2:StartInstances"], []):
        said.clear()
        faults.heal(STACK, plan, said.append)
        assert [sentence.partition(" ")[0] for sentence in said] == expected
    assert _acl_of(ec2, subnets["jurong"])["NetworkAclId"] == own
    assert _state(ec2, machines["jurong"]) == "running"
