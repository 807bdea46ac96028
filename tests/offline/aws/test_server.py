"""The emulated AWS at its HTTP API: what it keeps, what it refuses, how its process is found."""

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from botocore.exceptions import ClientError

from tricenter.offline.aws import daemon
from tricenter.offline.daemon import EmulationError

pytestmark = pytest.mark.cloud

CITY, REMOTE = "ap-southeast-1", "eu-west-1"
ENGINE = {"Engine": "aurora-postgresql", "EngineVersion": "16.6"}


def code_of(caught: pytest.ExceptionInfo[ClientError]) -> str:
    """The API's code of a refusal."""
    return str(caught.value.response["Error"]["Code"])


def refused(call: Any, **request: Any) -> str:
    """The code by which a call is refused."""
    with pytest.raises(ClientError) as caught:
        call(**request)
    return code_of(caught)


def lose(cloud: Any, verb: str) -> None:
    """Take the city's region away (PUT), or give it back (DELETE)."""
    address = f"{cloud.url}/tricenter/lost/{CITY}"
    with urlopen(Request(address, method=verb)) as answer:  # noqa: S310 - our own process
        assert answer.status == 204


def writers(cloud: Any) -> list[str]:
    """The writing member of the global database."""
    found = cloud.client("rds").describe_global_clusters()["GlobalClusters"][0]
    members = found["GlobalClusterMembers"]
    return [m["DBClusterArn"].rpartition(":")[2] for m in members if m["IsWriter"]]


def build_global(cloud: Any) -> None:
    """A global database with a writer in the city and a reader in the remote region."""
    city, remote = cloud.client("rds"), cloud.client("rds", REMOTE)
    city.create_global_cluster(GlobalClusterIdentifier="ledger", **ENGINE)
    joins = {"GlobalClusterIdentifier": "ledger", **ENGINE}
    city.create_db_cluster(
        DBClusterIdentifier="a", MasterUsername="pg", MasterUserPassword="long-enough-1", **joins
    )
    assert refused(remote.create_db_cluster, DBClusterIdentifier="b", **joins) == (
        "InvalidGlobalClusterStateFault"
    )
    member = {"DBInstanceClass": "db.r6g.large", "Engine": "aurora-postgresql"}
    city.create_db_instance(DBInstanceIdentifier="a1", DBClusterIdentifier="a", **member)
    remote.create_db_cluster(DBClusterIdentifier="b", **joins)
    remote.create_db_instance(DBInstanceIdentifier="b1", DBClusterIdentifier="b", **member)


def test_ids_outlive_a_killed_process(cloud: Any) -> None:
    """After kill -9 and a new start, everything has the id, the time and the value it had."""
    ec2 = cloud.client("ec2")
    default = ec2.describe_vpcs()["Vpcs"]
    made = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    assert refused(ec2.create_vpc, CidrBlock="nonsense")
    key = cloud.client("kms", REMOTE).create_key()["KeyMetadata"]
    cloud.client("s3").create_bucket(
        Bucket="cold", CreateBucketConfiguration={"LocationConstraint": CITY}
    )
    cloud.client("s3").put_object(Bucket="cold", Key="a b/ü", Body=b"\x00bytes")
    os.kill(json.loads((cloud.state / "server.json").read_text())["pid"], signal.SIGKILL)
    assert daemon.start(cloud.state) == cloud.url
    after = ec2.describe_vpcs()["Vpcs"]
    assert [vpc["VpcId"] for vpc in after] == [*(vpc["VpcId"] for vpc in default), made]
    again = cloud.client("kms", REMOTE).describe_key(KeyId=key["KeyId"])["KeyMetadata"]
    assert again["Arn"] == key["Arn"]
    assert cloud.client("s3").get_object(Bucket="cold", Key="a b/ü")["Body"].read() == b"\x00bytes"


def test_another_process_with_the_number_is_left_alone(tmp_path: Path) -> None:
    """A stale file must not lead to a process that got the same number later."""
    other = subprocess.Popen(["sleep", "60"])
    try:
        stale = {"pid": other.pid, "started": "1", "url": "http://127.0.0.1:9"}
        (tmp_path / "server.json").write_text(json.dumps(stale))
        assert daemon.running(tmp_path) is None
        assert daemon.stop(tmp_path) is False
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_one_cloud_has_one_process(shared: Any) -> None:
    """A second start finds the first; a second process on the same journal is refused."""
    assert daemon.start(shared.state) == shared.url
    (shared.state / "server.json").rename(shared.state / "away")
    with pytest.raises(EmulationError, match="another process serves the cloud"):
        daemon.start(shared.state)
    (shared.state / "away").rename(shared.state / "server.json")


def test_only_this_user_reads_the_journal(shared: Any) -> None:
    """The journal has passwords in it, as a cloud has."""
    assert (shared.state / "journal.jsonl").stat().st_mode & 0o077 == 0


def test_requests_are_judged_by_the_models(shared: Any) -> None:
    """boto3 lets choices and patterns pass; the real service does not, and neither does this."""
    assert refused(shared.client("kms").create_key, KeyUsage="SING") == "ValidationException"
    vault = shared.client("backup").create_backup_vault
    assert refused(vault, BackupVaultName="no spaces please") == "ValidationException"


def test_the_writer_moves(cloud: Any) -> None:
    """Planned with every member there; forced only with AllowDataLoss once a region is lost."""
    build_global(cloud)
    rds, remote = cloud.client("rds"), cloud.client("rds", REMOTE)
    assert writers(cloud) == ["a"]
    arn = {n: f"arn:aws:rds:{r}:123456789012:cluster:{n}" for n, r in (("a", CITY), ("b", REMOTE))}
    to_b = {"GlobalClusterIdentifier": "ledger", "TargetDbClusterIdentifier": arn["b"]}
    to_a = {**to_b, "TargetDbClusterIdentifier": arn["a"]}
    assert refused(rds.switchover_global_cluster, **to_a) == "InvalidDBClusterStateFault"
    assert refused(remote.switchover_global_cluster, **to_b) == "InvalidGlobalClusterStateFault"
    rds.switchover_global_cluster(**to_b)
    assert writers(cloud) == ["b"]
    source = rds.describe_db_clusters(DBClusterIdentifier="a")["DBClusters"][0]
    assert source["ReplicationSourceIdentifier"] == arn["b"]
    remote.switchover_global_cluster(**to_a)
    lose(cloud, "PUT")
    assert refused(remote.failover_global_cluster, **to_b) == "InvalidGlobalClusterStateFault"
    remote.failover_global_cluster(**to_b, AllowDataLoss=True)
    with pytest.raises(ClientError, match="is lost"):
        rds.describe_db_clusters()
    lose(cloud, "DELETE")
    assert writers(cloud) == ["b"]


def test_clusters_go_in_order(cloud: Any) -> None:
    """Instances, readers, writer, global cluster; protection and snapshots settled first."""
    build_global(cloud)
    rds, remote = cloud.client("rds"), cloud.client("rds", REMOTE)
    last = {"SkipFinalSnapshot": True}
    assert refused(rds.delete_global_cluster, GlobalClusterIdentifier="ledger") == (
        "InvalidGlobalClusterStateFault"
    )
    assert refused(rds.delete_db_cluster, DBClusterIdentifier="a", **last) == (
        "InvalidDBClusterStateFault"
    )
    rds.delete_db_instance(DBInstanceIdentifier="a1")
    remote.delete_db_instance(DBInstanceIdentifier="b1")
    assert refused(rds.delete_db_cluster, DBClusterIdentifier="a", **last) == (
        "InvalidDBClusterStateFault"
    )
    leave = {"GlobalClusterIdentifier": "ledger"}
    assert refused(rds.remove_from_global_cluster, DbClusterIdentifier="a", **leave) == (
        "InvalidGlobalClusterStateFault"
    )
    remote.remove_from_global_cluster(DbClusterIdentifier="b", **leave)
    rds.remove_from_global_cluster(DbClusterIdentifier="a", **leave)
    assert refused(remote.delete_db_cluster, DBClusterIdentifier="b") == (
        "InvalidParameterCombination"
    )
    remote.delete_db_cluster(DBClusterIdentifier="b", FinalDBSnapshotIdentifier="b-last")
    snapshots = remote.describe_db_cluster_snapshots(DBClusterSnapshotIdentifier="b-last")
    assert len(snapshots["DBClusterSnapshots"]) == 1
    rds.modify_db_cluster(DBClusterIdentifier="a", DeletionProtection=True)
    assert refused(rds.delete_db_cluster, DBClusterIdentifier="a", **last) == (
        "InvalidParameterCombination"
    )
    rds.modify_db_cluster(DBClusterIdentifier="a", DeletionProtection=False)
    rds.delete_db_cluster(DBClusterIdentifier="a", **last)
    rds.delete_global_cluster(GlobalClusterIdentifier="ledger")


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("DBSubnetGroupName", "none", "DBSubnetGroupNotFoundFault"),
        ("DBClusterParameterGroupName", "none", "DBClusterParameterGroupNotFound"),
        ("KmsKeyId", "11111111-2222-3333-4444-555555555555", "KMSKeyNotAccessibleFault"),
        ("VpcSecurityGroupIds", ["sg-0"], "InvalidParameterValue"),
        ("GlobalClusterIdentifier", "none", "GlobalClusterNotFoundFault"),
        ("EngineVersion", "99.9", "InvalidParameterCombination"),
    ],
)
def test_what_is_named_must_exist(shared: Any, member: str, value: Any, code: str) -> None:
    """A reference to nothing is refused with the service's own code."""
    request = {"DBClusterIdentifier": "x", **ENGINE, "MasterUsername": "pg", member: value}
    create = shared.client("rds").create_db_cluster
    assert refused(create, MasterUserPassword="long-enough-1", **request) == code


def test_a_vault_keeps_what_it_has(shared: Any) -> None:
    """A vault with recovery points stays; a locked one gives none of them up before its time."""
    backup, iam = shared.client("backup"), shared.client("iam")
    role = iam.create_role(RoleName="b", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    backup.create_backup_vault(BackupVaultName="vault")
    point = backup.start_backup_job(
        BackupVaultName="vault",
        ResourceArn=f"arn:aws:rds:{CITY}:123456789012:cluster:a",
        IamRoleArn=role,
    )["RecoveryPointArn"]
    assert refused(backup.delete_backup_vault, BackupVaultName="vault") == "InvalidRequestException"
    backup.put_backup_vault_lock_configuration(BackupVaultName="vault", MinRetentionDays=7)
    one = {"BackupVaultName": "vault", "RecoveryPointArn": point}
    assert refused(backup.delete_recovery_point, **one) == "InvalidRequestException"
    backup.delete_backup_vault_lock_configuration(BackupVaultName="vault")
    backup.delete_recovery_point(**one)
    backup.delete_backup_vault(BackupVaultName="vault")


def test_records_change_all_or_none(shared: Any) -> None:
    """A batch with one bad change changes nothing; a set identifier may be at two names."""
    dns = shared.client("route53")
    zone = dns.create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"]

    def record(name: str, **more: Any) -> Any:
        values = {"ResourceRecords": [{"Value": "203.0.113.1"}], "TTL": 5, **more}
        return {"Name": name, "Type": "A", "SetIdentifier": "s", "Weight": 1, **values}

    def change(*changes: tuple[str, Any]) -> None:
        batch = [{"Action": action, "ResourceRecordSet": what} for action, what in changes]
        dns.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": batch})

    change(("CREATE", record("a.example.com")), ("CREATE", record("b.example.com")))
    with pytest.raises(ClientError, match="already exists"):
        change(("CREATE", record("c.example.com")), ("CREATE", record("a.example.com")))
    with pytest.raises(ClientError, match="no health check"):
        change(("CREATE", record("d.example.com", HealthCheckId="none")))
    change(("DELETE", record("a.example.com")))
    sets = dns.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    assert [found["Name"] for found in sets if found["Type"] == "A"] == ["b.example.com."]


def test_the_name_of_a_deleted_plan_is_free(cloud: Any) -> None:
    """What was deployed and destroyed can be deployed again, as often as one likes."""
    backup = cloud.client("backup")
    backup.create_backup_vault(BackupVaultName="cold")
    rule = {"RuleName": "r", "TargetBackupVaultName": "cold"}
    plan = {"BackupPlanName": "nightly", "Rules": [rule]}
    made: list[str] = []
    for _ in range(3):
        made.append(backup.create_backup_plan(BackupPlan=plan)["BackupPlanId"])
        assert refused(backup.create_backup_plan, BackupPlan=plan) == "AlreadyExistsException"
        backup.delete_backup_plan(BackupPlanId=made[-1])
    deleted = backup.list_backup_plans(IncludeDeleted=True)["BackupPlansList"]
    assert {one["BackupPlanId"] for one in deleted} == set(made)
    assert backup.list_backup_plans()["BackupPlansList"] == []
    missing = {**plan, "Rules": [{**rule, "TargetBackupVaultName": "none"}]}
    assert refused(backup.create_backup_plan, BackupPlan=missing) == "ResourceNotFoundException"
