"""The stand-in plugin under the real engine: a stack's whole life, read back with boto3 alone."""

import json
from pathlib import Path
from typing import Any

import pytest

CITY, REMOTE = "ap-southeast-1", "eu-west-1"
# A busy machine of two cores may need minutes for what an idle one does in seconds.
pytestmark = [pytest.mark.timeout(900), pytest.mark.cloud]


@pytest.fixture(scope="module")
def project_of() -> Any:
    """The conftest's function, which fixtures alone can hand over under importlib."""
    from importlib.util import module_from_spec, spec_from_file_location

    where = Path(__file__).parent / "conftest.py"
    spec = spec_from_file_location("aws_conftest", where)
    assert spec and spec.loader
    import sys

    module = module_from_spec(spec)
    sys.modules["aws_conftest"] = module
    spec.loader.exec_module(module)
    return module.project_of


def swap(cloud: Any, target: str, region: str) -> None:
    """Move the writer by the API, asked at the region that has it."""
    arn = f"arn:aws:rds:{region}:123456789012:cluster:{target}"
    leading = CITY if region == REMOTE else REMOTE
    cloud.client("rds", leading).switchover_global_cluster(
        GlobalClusterIdentifier="ledger", TargetDbClusterIdentifier=arn
    )


def test_the_life_of_a_stack(cloud: Any, tmp_path: Path, project_of: Any) -> None:
    """Previewed without a write, made, read back, found unchanged, drifted, mended, removed."""
    project = project_of("aurora", tmp_path / "p", cloud.url)
    before = cloud.writes()
    said = project.run("preview")
    assert "tricenter's stand-in for the AWS provider, against an emulated cloud at" in said
    assert cloud.writes() == before
    project.up()
    assert "geheim" not in project.state()
    rds, ec2 = cloud.client("rds"), cloud.client("ec2")
    cluster = rds.describe_db_clusters(DBClusterIdentifier="ledger-a")["DBClusters"][0]
    assert cluster["StorageEncrypted"] and cluster["BackupRetentionPeriod"] == 14
    assert project.outputs()["endpoint"] == cluster["Endpoint"]
    mine = [{"Name": "tag:owner", "Values": ["payments"]}]
    vpc = ec2.describe_vpcs(Filters=mine)["Vpcs"][0]["VpcId"]
    project.run("preview", "--refresh", "--expect-no-changes")

    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "owner", "Value": "someone"}])
    project.set("description", "another")
    found = json.loads(project.run("preview", "--refresh", "--json"))["steps"]
    ops = {step["urn"].rpartition("::")[2]: step["op"] for step in found}
    assert ops["vpc-a"] == "update" and "replace" in ops["sg-a"]
    project.run("config", "rm", "description")
    project.run("up", "--yes", "--refresh", "--skip-preview")
    assert vpc in {found["VpcId"] for found in ec2.describe_vpcs(Filters=mine)["Vpcs"]}
    project.run("destroy", "--yes", "--skip-preview")
    assert not ec2.describe_vpcs(Filters=mine)["Vpcs"]
    assert not rds.describe_db_clusters()["DBClusters"]


def test_roles_and_protection(cloud: Any, tmp_path: Path, project_of: Any) -> None:
    """A swap is seen by a refresh and wants no change; what is in the way stops a destroy."""
    project = project_of("pair", tmp_path / "p", cloud.url)
    project.set("protect", "true")
    project.up()
    swap(cloud, "ledger-b", REMOTE)
    project.run("refresh", "--yes", "--skip-preview")
    members = next(
        resource["outputs"]["globalClusterMembers"]
        for resource in json.loads(project.state())["deployment"]["resources"]
        if resource["type"] == "aws:rds/globalCluster:GlobalCluster"
    )
    assert [m["dbClusterArn"][-1] for m in members if m["isWriter"]] == ["b"]
    project.run("preview", "--refresh", "--expect-no-changes")
    said = project.run("destroy", "--yes", "--skip-preview", fails=True)
    assert "disable deletion protection" in said
    project.set("protect", "false")
    project.up()
    said = project.run("destroy", "--yes", "--skip-preview", fails=True)
    assert "is the primary cluster: remove the secondary ones first" in said
    project.up()
    swap(cloud, "ledger-a", CITY)
    project.run("destroy", "--yes", "--skip-preview")
    for region in (CITY, REMOTE):
        assert not cloud.client("rds", region).describe_db_clusters()["DBClusters"]


def test_one_of_nearly_every_kind(cloud: Any, tmp_path: Path, project_of: Any) -> None:
    """Made, found unchanged by a refresh, and removed without a trace."""
    project = project_of("estate", tmp_path / "p", cloud.url)
    project.up()
    assert "geheim" not in project.state()
    project.run("preview", "--refresh", "--expect-no-changes")
    dns = cloud.client("route53")
    zone = dns.list_hosted_zones()["HostedZones"][0]["Id"]
    sets = dns.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    assert sum(found["Name"] == "api.pay.example.com." for found in sets) == 2
    vaults = cloud.client("backup", REMOTE).list_backup_vaults()["BackupVaultList"]
    assert vaults[0]["Locked"] is True
    plan = cloud.client("arc-region-switch").list_plans()["plans"][0]
    assert plan["recoveryApproach"] == "activePassive"
    project.run("destroy", "--yes", "--skip-preview")
    assert not dns.list_hosted_zones()["HostedZones"]
    assert not cloud.client("s3").list_buckets()["Buckets"]


def test_mistakes_are_refused_before_anything_is_made(
    cloud: Any, tmp_path: Path, project_of: Any
) -> None:
    """The preview says what is wrong and with what, and repeats no secret."""
    project = project_of("wrong", tmp_path / "p", cloud.url)
    before = cloud.writes()
    said = project.run("preview", fails=True)
    assert "masterPasswordWo: conflicts with masterPassword" in said
    assert "hush" not in said and cloud.writes() == before


def test_a_real_cloud_is_never_touched(tmp_path: Path, project_of: Any) -> None:
    """Without an emulated cloud on this machine the stand-in refuses to work."""
    project = project_of("wrong", tmp_path / "p", "https://rds.ap-southeast-1.amazonaws.com")
    said = project.run("preview", fails=True)
    assert "works against an emulated cloud on 127.0.0.1 alone" in said
