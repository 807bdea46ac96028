"""Aurora and RDS as components: order, what is ignored, encryption, protection, TLS, logs."""

from pathlib import Path

import pytest

from tests.components.aws_program import CITY, REMOTE, Asked, ask, example, of, the, variant
from tricenter.components.aws.engine import Windows, cluster_parameters, may_hold_back, windows
from tricenter.components.aws.replication import ignored
from tricenter.topology.compile import compile_plan
from tricenter.topology.errors import TricenterError
from tricenter.topology.validate import load

CLUSTER, INSTANCE = "rds/cluster:Cluster", "rds/clusterInstance:ClusterInstance"
RDS, GROUP = "rds/instance:Instance", "rds/globalCluster:GlobalCluster"
ON_RDS = (("databases", "ledger-a", "aws"), {"service": "rds", "instance": "db.m6g.large"})


def _replica(**stated: str) -> tuple[tuple[str, ...], dict[str, str]]:
    return ("databases", "ledger-a", "replicas", "tokyo-1"), stated


def _cluster(region: str, database: str = "ledger-a", leader: str | None = None) -> Asked:
    return the(example(leader=leader), CLUSTER, f"ledger-{region}-cluster-{database}")


def test_a_site_has_an_instance_in_its_zone() -> None:
    """One instance a site and database, where the site stands."""
    zones = {
        one.inputs["identifier"]: (one.inputs["region"], one.inputs["availabilityZone"])
        for one in of(example(), INSTANCE)
    }
    assert zones["ledger-dev-ledger-a-jurong"] == (CITY, "ap-southeast-1a")
    assert zones["ledger-dev-ledger-a-changi"] == (CITY, "ap-southeast-1b")
    assert zones["ledger-dev-ledger-b-tokyo-1"] == (REMOTE, "ap-northeast-1a")
    assert len(zones) == 6


@pytest.mark.parametrize(
    ("leader", "first", "second", "site"),
    [(None, CITY, REMOTE, "jurong"), ("tokyo-1", REMOTE, CITY, "tokyo-1")],
)
def test_the_leaders_region_comes_first(
    leader: str | None, first: str, second: str, site: str
) -> None:
    """Without roles that of the preference, afterwards the observed one, so that it goes last."""
    begun, joined = _cluster(first, leader=leader), _cluster(second, leader=leader)
    assert f"ledger-{site}-instance-ledger-a" in joined.after and begun.name in joined.after
    assert joined.name not in begun.after
    assert begun.inputs["masterUsername"] == "tricenter"
    assert {"masterUsername", "masterPasswordWo", "databaseName"}.isdisjoint(joined.inputs)


@pytest.mark.parametrize("leader", ["jurong", "changi"])
def test_the_leading_instance_is_made_first(leader: str) -> None:
    """Aurora lets the first instance lead, so the others of its cluster wait for it."""
    other = {"jurong": "changi", "changi": "jurong"}[leader]
    asked = example(leader=leader)
    first = the(asked, INSTANCE, f"ledger-{leader}-instance-ledger-a")
    later = the(asked, INSTANCE, f"ledger-{other}-instance-ledger-a")
    assert first.name in later.after and later.name not in first.after


def test_inputs_of_a_role_are_ignored_alike_everywhere() -> None:
    """Whatever differs between the first cluster and the others is not compared afterwards."""
    for database in ("ledger-a", "ledger-b"):
        one, other = _cluster(CITY, database), _cluster(REMOTE, database)
        assert one.ignored == other.ignored
        differing = set(one.inputs.keys() ^ other.inputs.keys())
        assert differing and differing <= one.ignored
        assert {"globalClusterIdentifier", "replicationSourceIdentifier"} <= one.ignored


def test_what_is_ignored_follows_from_the_edges() -> None:
    """Without replication between regions there is no role there, and the version is its own."""
    alone = set(ignored("aurora", (), continuous=False))
    assert alone == {
        "availabilityZones", "databaseName", "masterPasswordWo", "masterPasswordWoVersion",
    }  # fmt: skip
    joined = set(ignored("aurora", (("a", "b"),), continuous=False))
    assert joined - alone == {
        "engineVersion", "globalClusterIdentifier", "masterUsername", "replicationSourceIdentifier",
    }  # fmt: skip
    kept = set(ignored("aurora", (), continuous=True)) - alone
    assert kept == {"backupRetentionPeriod", "preferredBackupWindow"}
    assert "replicateSourceDb" in ignored("rds", (("a", "b"),), continuous=False)
    assert "replicateSourceDb" not in ignored("rds", (), continuous=False)


@pytest.mark.parametrize("region", [CITY, REMOTE])
def test_a_cluster_is_encrypted_closed_and_watched(region: str) -> None:
    """The key of its own region, no public address, logs, its own users, tags on snapshots."""
    inputs = _cluster(region).inputs
    assert inputs["storageEncrypted"] and f":{region}:" in inputs["kmsKeyId"]
    assert inputs["iamDatabaseAuthenticationEnabled"] and inputs["copyTagsToSnapshot"]
    assert inputs["enabledCloudwatchLogsExports"] == ["postgresql"]
    for one in of(example(), INSTANCE):
        assert one.inputs["publiclyAccessible"] is False
        assert one.inputs["monitoringInterval"] > 0 and one.inputs["performanceInsightsEnabled"]
        assert one.inputs["caCertIdentifier"].startswith("rds-ca-")
    for group in of(example(), "cloudwatch/logGroup:LogGroup"):
        assert group.inputs["retentionInDays"] == 365, group.name


@pytest.mark.parametrize("region", [CITY, REMOTE])
def test_production_keeps_and_a_drill_lets_go(region: str) -> None:
    """Deletion protection and a final snapshot, or neither."""
    kept, gone = _cluster(region).inputs, of(example("drill"), CLUSTER)[0].inputs
    assert kept["deletionProtection"] and not kept["skipFinalSnapshot"]
    assert kept["finalSnapshotIdentifier"] and not kept["deleteAutomatedBackups"]
    assert kept["backupRetentionPeriod"] == 35
    assert not gone["deletionProtection"] and gone["skipFinalSnapshot"]
    assert all(one.inputs["deletionProtection"] for one in of(example(), GROUP))
    assert not any(one.inputs["deletionProtection"] for one in of(example("drill"), GROUP))


def test_a_global_database_is_made_empty() -> None:
    """From engine and version, never from a cluster, and its first region is not compared."""
    for one in of(example(), GROUP):
        assert one.inputs["storageEncrypted"] and one.inputs["engineVersion"] == "16.8"
        assert "sourceDbClusterIdentifier" not in one.inputs and "region" in one.ignored


def test_tls_is_forced() -> None:
    """Every parameter group refuses clients without TLS."""
    groups = of(example(), "rds/clusterParameterGroup:ClusterParameterGroup")
    assert len(groups) == 4
    for one in groups:
        told = {p["name"]: p["value"] for p in one.inputs["parameters"]}
        assert told["rds.force_ssl"] == "1" and one.inputs["family"] == "aurora-postgresql16"
        leads = one.inputs["region"] == CITY
        # What the spec's RPO of a lost city rests on; in the region that takes over it would let no
        # commit pass as long as the other one is lost.
        assert told.get("rds.global_db_rpo") == ("300" if leads else None), one.name


def test_writes_stall_where_the_spec_says_so(tmp_path: Path) -> None:
    """`on_excess: stall` is Aurora's own limit, in every region; less than it can is refused."""
    spec = load(variant(tmp_path, _replica(max_lag="45s", on_excess="stall")))
    (database, _) = compile_plan(spec, "aws").databases
    told = {one.name: one.value for one in cluster_parameters(database)}
    assert told["rds.global_db_rpo"] == "45"
    assert told == {"rds.global_db_rpo": "45"} | {
        one.name: one.value for one in cluster_parameters(database, holds_back=False)
    }
    assert may_hold_back(preferred=False, regions=3)
    assert not may_hold_back(preferred=False, regions=2)
    short = load(variant(tmp_path, _replica(max_lag="5s", on_excess="stall")))
    with pytest.raises(TricenterError, match="20 s of lag"):
        cluster_parameters(compile_plan(short, "aws").databases[0])


@pytest.mark.parametrize(
    ("cron", "wanted"),
    [
        ("0 2 * * *", Windows(backup="14:00-14:30", maintenance="sun:08:00-sun:08:30")),
        ("45 11 * * *", Windows(backup="23:00-23:30", maintenance="sun:17:30-sun:18:00")),
        ("30 17 * * *", Windows(backup="05:30-06:00", maintenance="sun:23:00-sun:23:30")),
    ],
)
def test_windows_are_far_from_snapshots(tmp_path: Path, cron: str, wanted: Windows) -> None:
    """Half an hour each, half a day away, and maintenance ends on the day it begins."""
    path = ("backups", "nightly", "schedule")
    plan = compile_plan(load(variant(tmp_path, (path, {"full": cron}))), "aws")
    assert windows(plan, plan.databases[0]) == wanted


def test_rds_has_two_zones_and_a_copy_elsewhere(tmp_path: Path) -> None:
    """Multi-AZ in the city, a replica in the other region, automated backups there, too."""
    objectives = (("objectives",), {"lose-all": {"rpo": "1h", "rto": "24h"}})
    asked = ask(variant(tmp_path, ON_RDS, _replica(), objectives))
    city = the(asked, RDS, f"ledger-{CITY}-instance-ledger-a")
    remote = the(asked, RDS, f"ledger-{REMOTE}-instance-ledger-a")
    assert city.inputs["multiAz"] is True and remote.inputs["multiAz"] is False
    assert city.name in remote.after and remote.name not in city.after
    assert "replicateSourceDb" in remote.inputs and "username" not in remote.inputs
    assert "passwordWo" in city.secret and city.ignored == remote.ignored
    assert city.inputs.keys() ^ remote.inputs.keys() <= city.ignored
    for one in (city, remote):
        assert one.inputs["storageEncrypted"] and one.inputs["deletionProtection"] and one.protect
        assert one.inputs["publiclyAccessible"] is False
        assert f":{one.inputs['region']}:" in one.inputs["kmsKeyId"]
    (copied,) = of(
        asked, "rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
    )
    assert copied.inputs["region"] == REMOTE


def test_rds_with_other_roles_compares_the_same(tmp_path: Path) -> None:
    """After a promotion the same instances are asked for, now in the other order."""
    objectives = (("objectives",), {"lose-all": {"rpo": "1h", "rto": "24h"}})
    spec = variant(tmp_path, ON_RDS, _replica(), objectives)
    before, after = of(ask(spec), RDS), of(ask(spec, roles={"ledger-a": "tokyo-1"}), RDS)
    for one, other in zip(before, after, strict=True):
        assert one.name == other.name
        kept = [{k: v for k, v in x.inputs.items() if k not in x.ignored} for x in (one, other)]
        assert kept[0] == kept[1]
    assert after[0].inputs["region"] == REMOTE and "username" in after[0].inputs
