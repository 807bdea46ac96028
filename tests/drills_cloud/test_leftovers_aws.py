"""What is left on AWS is found by its tags, in every region and in the services that have none."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tricenter.drills.cloud.leftovers import Leftover, scan
from tricenter.drills.cloud.leftovers.aws import split_arn
from tricenter.offline import aws
from tricenter.offline.aws import daemon

pytestmark = pytest.mark.cloud

DRILL = {
    "tricenter:topology": "ledger",
    "tricenter:stack": "ledger-drill-a1b2c3",
    "tricenter:runId": "a1b2c3",
    "tricenter:expires": "2026-11-24T12:00:00+00:00",
}
OTHER = {"tricenter:topology": "ledger", "tricenter:stack": "ledger-dev"}
SOUTH, NORTH = "ap-southeast-1", "ap-northeast-1"
PLACES = (SOUTH, NORTH, "eu-west-1")
"""Not all regions: the emulated AWS takes a second to furnish each that is asked."""
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An emulated AWS of this module's own, and the environment that leads to it."""
    state: Path = tmp_path_factory.mktemp("aws")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in aws.environment(daemon.start(state)).items():
            patch.setenv(name, value)
        yield
    daemon.stop(state)


def _client(service: str, region: str) -> Any:
    session: Any = boto3.Session()
    return session.client(service, region_name=region)


def _tags(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _make(stack: dict[str, str]) -> None:
    """One thing of each kind that is found in a way of its own."""
    name = stack["tricenter:stack"]
    vpc = _client("ec2", SOUTH).create_vpc(
        CidrBlock="10.0.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": _tags(stack)}]
    )
    assert vpc["Vpc"]["VpcId"]
    _client("rds", NORTH).create_global_cluster(
        GlobalClusterIdentifier=name, Engine="aurora-postgresql", Tags=_tags(stack)
    )
    _client("iam", NORTH).create_role(
        RoleName=f"{name}-faults", AssumeRolePolicyDocument=TRUST, Tags=_tags(stack)
    )
    route53 = _client("route53", NORTH)
    made = route53.create_hosted_zone(Name="pay.example.com", CallerReference=name)
    zone = made["HostedZone"]["Id"].rpartition("/")[2]
    route53.change_tags_for_resource(
        ResourceType="hostedzone", ResourceId=zone, AddTags=_tags(stack)
    )
    route53.create_cidr_collection(Name=f"{name}-subnets", CallerReference=name)
    _client("fis", SOUTH).create_experiment_template(
        description=f"{name}: lose-site:jurong",
        stopConditions=[{"source": "none"}],
        actions={},
        roleArn="arn:aws:iam::123456789012:role/faults",
        tags=stack,
    )
    _client("kms", SOUTH).create_key(Tags=[{"TagKey": k, "TagValue": v} for k, v in stack.items()])
    _client("secretsmanager", SOUTH).create_secret(
        Name=f"{name}-password", SecretString="x", Tags=_tags(stack)
    )


@pytest.mark.parametrize(
    ("arn", "parts"),
    [
        ("arn:aws:ec2:eu-west-1:1:subnet/subnet-1", ("ec2", "subnet", "subnet-1")),
        ("arn:aws:rds:eu-west-1:1:cluster:a-b", ("rds", "cluster", "a-b")),
        ("arn:aws:sns:eu-west-1:1:alarms", ("sns", "", "alarms")),
        ("arn:aws:s3:::bucket", ("s3", "", "bucket")),
        ("arn:aws:rds::1:global-cluster:g", ("rds", "global-cluster", "g")),
        ("arn:aws:logs:r:1:log-group:/aws/states/x", ("logs", "log-group", "/aws/states/x")),
    ],
)
def test_an_arn_says_what_it_names(arn: str, parts: tuple[str, str, str]) -> None:
    """The kind is what stands before the first separator, of either sort."""
    assert split_arn(arn) == parts


def test_everything_of_a_stack_is_found_until_it_is_gone(cloud: None) -> None:
    """Each kind is found where it is; another stack's things are not this one's."""
    del cloud
    assert scan("aws", places=PLACES).found == set()
    _make(DRILL)
    _make(OTHER)
    found = scan("aws", "ledger-drill-a1b2c3", places=PLACES)
    assert found.unseen == []
    kinds = {(entry.kind, entry.place) for entry in found.found}
    assert kinds == {
        ("ec2 vpc", SOUTH),
        ("rds global-cluster", "global"),
        ("iam role", "global"),
        ("route53 hostedzone", "global"),
        ("route53 cidrcollection", "global"),
        ("fis experiment-template", SOUTH),
        ("kms key", SOUTH),
        ("secretsmanager secret", SOUTH),
    }
    assert {entry.stack for entry in found.found} == {"ledger-drill-a1b2c3"}
    untagged = {entry for entry in found.found if entry.kind == "route53 cidrcollection"}
    assert {entry.run for entry in found.found - untagged} == {"a1b2c3"}
    both = scan("aws", places=PLACES)
    assert {entry.stack for entry in both.found} == {"ledger-drill-a1b2c3", "ledger-dev"}
    _only_the_key_stays(found.found)


def _only_the_key_stays(left: set[Leftover]) -> None:
    """Delete a drill's things: its key is one that the cloud deletes later by itself."""
    named = {entry.kind: entry.name for entry in left}
    _client("ec2", SOUTH).delete_vpc(VpcId=named["ec2 vpc"])
    _client("rds", NORTH).delete_global_cluster(GlobalClusterIdentifier=named["rds global-cluster"])
    _client("iam", NORTH).delete_role(RoleName=named["iam role"])
    _client("route53", NORTH).delete_hosted_zone(Id=named["route53 hostedzone"])
    _client("route53", NORTH).delete_cidr_collection(Id=named["route53 cidrcollection"])
    _client("fis", SOUTH).delete_experiment_template(id=named["fis experiment-template"])
    _client("secretsmanager", SOUTH).delete_secret(
        SecretId="ledger-drill-a1b2c3-password", ForceDeleteWithoutRecovery=True
    )
    found = scan("aws", "ledger-drill-a1b2c3", places=PLACES)
    assert {entry.kind for entry in found.found} == {"kms key"}
    _client("kms", SOUTH).schedule_key_deletion(KeyId=named["kms key"], PendingWindowInDays=7)
    last = scan("aws", "ledger-drill-a1b2c3", places=PLACES)
    assert last.found == set()
    assert len(last.going) == 1
    assert named["kms key"] in last.going[0]


def test_every_region_is_looked_into(cloud: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without places it is all that the catalog names, as far as the account has them."""
    del cloud
    from tricenter.drills.cloud.leftovers import aws as scanner
    from tricenter.topology.clouds.catalog import catalog

    seen: set[str] = set()

    def noted(_: object, region: str) -> Iterator[Any]:
        seen.add(region)
        return iter(())

    for look in ("_tagged", "_global_databases"):
        monkeypatch.setattr(scanner, look, noted)
    scan("aws", "nothing")
    session: Any = boto3.Session()
    assert seen <= set(catalog("aws").zones)
    assert {SOUTH, NORTH, "eu-west-1", "us-east-1", "sa-east-1"} <= seen
    assert len(seen) >= len(set(session.get_available_regions("rds"))) - 6


def test_a_list_that_is_refused_is_told(cloud: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing found in a list that nobody could see is not nothing left."""
    del cloud
    from tricenter.drills.cloud.leftovers import aws as scanner
    from tricenter.roles.interface import RoleError

    def refused(*_: object) -> Iterator[Any]:
        raise RoleError("not allowed")
        yield

    monkeypatch.setattr(scanner, "_zones", refused)
    assert any("not allowed" in reason for reason in scan("aws", "nothing", places=PLACES).unseen)
