"""Snapshots on AWS: schedules in its words, retention, copies elsewhere, locks, restore tests."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.components.aws_program import (
    ACCOUNT,
    CITY,
    OTHER_ACCOUNT,
    REMOTE,
    VAULT,
    ask,
    example,
    of,
    the,
    variant,
)
from tricenter.components.aws.schedules import DAYS, Rule, aws_cron, backup_rules
from tricenter.components.aws.snapshots import destinations
from tricenter.topology.clouds.vault_copies import reached_from
from tricenter.topology.cron import fires
from tricenter.topology.errors import TricenterError
from tricenter.topology.plan import PlannedBackup, PlannedPlace

PLAN, LOCK = "backup/plan:Plan", "backup/vaultLockConfiguration:VaultLockConfiguration"
NIGHTLY = PlannedBackup(
    name="nightly",
    databases=("ledger-a",),
    full="0 2 * * 0",
    incremental="0 2 * * 1-6",
    daily=7,
    weekly=5,
    monthly=12,
    ship=900.0,
    repositories=("tokyo-1",),
    vaults=("cold-vault",),
    immutable=None,
    restore_test="weekly",
)


@pytest.mark.parametrize(
    ("cron", "wanted"),
    [
        ("0 2 * * *", "cron(0 2 * * ? *)"),
        ("0 2 * * 0", "cron(0 2 ? * SUN *)"),
        ("0 2 * * 7", "cron(0 2 ? * SUN *)"),
        ("0 2 * * 1-6", "cron(0 2 ? * MON,TUE,WED,THU,FRI,SAT *)"),
        ("0 2 * * 5-7", "cron(0 2 ? * SUN,FRI,SAT *)"),
        ("0 2 * * mon,THU", "cron(0 2 ? * MON,THU *)"),
        ("0 2 * * */3", "cron(0 2 ? * SUN,WED,SAT *)"),
        ("*/15 */6 1 */2 *", "cron(0/15 0/6 1 1/2 ? *)"),
    ],
)
def test_schedules_in_the_words_of_aws(cron: str, wanted: str) -> None:
    """Six fields, days of the week by name, a question mark for the day that does not matter."""
    assert aws_cron(cron) == wanted


def test_two_kinds_of_days_are_refused() -> None:
    """AWS knows no "first of the month or a Sunday"."""
    with pytest.raises(TricenterError, match="write two schedules"):
        aws_cron("0 2 1 * 0")


@given(st.sets(st.integers(0, 6), min_size=1, max_size=6), st.booleans())
def test_days_of_the_week_are_those_of_cron(days: set[int], ranged: bool) -> None:
    """The days that AWS is told are the days on which the spec's schedule fires."""
    field = f"{min(days)}-{max(days)}" if ranged else ",".join(map(str, sorted(days)))
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    fired = fires(f"0 2 * * {field}", monday, monday + timedelta(days=7))
    named = aws_cron(f"0 2 * * {field}").split()[4].split(",")
    assert {(DAYS.index(day) - 1) % 7 for day in named} == {fire.weekday() for fire in fired}


def test_sons_fathers_and_grandfathers() -> None:
    """Incrementals are the days, fulls the weeks, the first of a month the months."""
    assert backup_rules(NIGHTLY, production=True) == (
        Rule(
            name="daily",
            schedule="cron(0 2 ? * MON,TUE,WED,THU,FRI,SAT *)",
            keep_days=7,
            continuous=True,
        ),
        Rule(name="weekly", schedule="cron(0 2 ? * SUN *)", keep_days=35),
        Rule(name="monthly", schedule="cron(0 2 1 * ? *)", keep_days=372),
    )


def test_nothing_is_kept_for_less_than_it_is_immutable() -> None:
    """A locked vault refuses a copy that would end sooner; beyond 35 days none is continuous."""
    month = backup_rules(replace(NIGHTLY, immutable=30 * 86400.0), production=True)
    assert [rule.keep_days for rule in month] == [30, 35, 372] and month[0].continuous
    quarter = backup_rules(replace(NIGHTLY, immutable=90 * 86400.0), production=True)
    assert [rule.keep_days for rule in quarter] == [90, 90, 372] and not quarter[0].continuous


def test_a_drill_keeps_a_day() -> None:
    """A drill leaves nothing that has to be waited for."""
    drilled = backup_rules(replace(NIGHTLY, immutable=30 * 86400.0), production=False)
    assert {rule.keep_days for rule in drilled} == {1}


def test_full_backups_alone_are_kept() -> None:
    """Without incrementals the fulls are the days, and Sundays the weeks."""
    rules = backup_rules(replace(NIGHTLY, full="30 3 * * *", incremental=None), production=True)
    assert [rule.schedule for rule in rules] == [
        "cron(30 3 * * ? *)", "cron(30 3 ? * SUN *)", "cron(30 3 1 * ? *)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("region", "vault", "wanted"),
    [
        (CITY, None, ((REMOTE,), ("cold-vault",))),
        (REMOTE, None, ((CITY,), ("cold-vault",))),
        (CITY, OTHER_ACCOUNT, ((REMOTE,), ("cold-vault",))),
        (REMOTE, OTHER_ACCOUNT, ((CITY,), ("cold-vault",))),
    ],
)
def test_a_copy_is_always_elsewhere(
    region: str, vault: str | None, wanted: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    """From every region to another, and to a vault wherever and whosever it is."""
    sites = {"jurong": CITY, "changi": CITY, "tokyo-1": REMOTE}
    assert destinations(NIGHTLY, region, sites, {"cold-vault": place(VAULT, vault)}) == wanted


def place(region: str, owner: str | None = None) -> PlannedPlace:
    """Where a vault is."""
    return PlannedPlace(
        cloud="aws", region=region, zone=None, owner=owner, network="10.0.0.0/16", subnet=""
    )


def test_every_region_is_backed_up_alike() -> None:
    """Backup follows the role: each region's clusters have the same rules, copied elsewhere."""
    city = the(example(), PLAN, f"ledger-{CITY}-backup-nightly").inputs["rules"]
    remote = the(example(), PLAN, f"ledger-{REMOTE}-backup-nightly").inputs["rules"]
    for one, other in zip(city, remote, strict=True):
        for key in ("schedule", "lifecycle", "enableContinuousBackup", "ruleName"):
            assert one[key] == other[key]
    for region, rules in ((CITY, city), (REMOTE, remote)):
        for rule in rules:
            arns = [copy["destinationVaultArn"] for copy in rule["copyActions"]]
            assert len(arns) == 2 and not [arn for arn in arns if f":{region}:" in arn]
    for one in of(example(), "backup/selection:Selection"):
        assert len(one.inputs["resources"]) == 2
        assert all(f":{one.inputs['region']}:" in arn for arn in one.inputs["resources"])


def test_only_production_locks() -> None:
    """The lock is the spec's 30 days, for good after three; a drill's vaults are emptied."""
    locks = of(example(), LOCK)
    assert {lock.inputs["region"] for lock in locks} == {CITY, REMOTE, VAULT}
    for lock in locks:
        assert lock.inputs["minRetentionDays"] == 30 and lock.inputs["changeableForDays"] == 3
    assert of(example("drill"), LOCK) == []
    assert all(one.inputs["forceDestroy"] for one in of(example("drill"), "backup/vault:Vault"))
    assert not any(one.inputs["forceDestroy"] for one in of(example(), "backup/vault:Vault"))


def test_every_bucket_is_closed() -> None:
    """No public access, owner's rules only, versions, the region's key, TLS."""
    names = {one.name for one in of(example(), "s3/bucket:Bucket")}
    assert len(names) >= 2
    blocks = of(example(), "s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
    keys = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert {one.name for one in blocks} == names
    assert all(one.inputs[key] is True for one in blocks for key in keys)
    policies = of(example(), "s3/bucketPolicy:BucketPolicy")
    for one in policies:
        (refused,) = json.loads(one.inputs["policy"])["Statement"]
        assert refused["Effect"] == "Deny"
        assert refused["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    coded = of(
        example(),
        "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    )
    versions = of(example(), "s3/bucketVersioning:BucketVersioning")
    assert {one.name for one in policies} == names == {one.name for one in coded}
    assert {one.name for one in versions} == names
    for one in coded:
        (rule,) = one.inputs["rules"]
        key = rule["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"]
        assert f":{one.inputs['region']}:" in key


def test_restores_are_tested() -> None:
    """Weekly, in every region, from that region's own vault."""
    plans = of(example(), "backup/restoreTestingPlan:RestoreTestingPlan")
    assert {one.inputs["region"] for one in plans} == {CITY, REMOTE}
    for one in plans:
        assert one.inputs["scheduleExpression"] == "cron(0 8 ? * MON *)"
        assert one.inputs["name"].replace("_", "").isalnum()
    found = of(example(), "backup/restoreTestingSelection:RestoreTestingSelection")
    (city,) = (one for one in found if one.inputs["region"] == CITY)
    assert city.inputs["protectedResourceType"] == "Aurora"
    # Not in the account's default network, which may have been deleted.
    group = the(example(), "rds/subnetGroup:SubnetGroup", f"ledger-{CITY}-subnets")
    placed = city.inputs["restoreMetadataOverrides"]
    assert placed["dbSubnetGroupName"] == group.inputs["name"]
    assert json.loads(placed["vpcSecurityGroupIds"]) == [f"ledger-{CITY}-databases-id"]


def test_a_vault_in_another_account(tmp_path: Path) -> None:
    """It has a provider, a key and a policy of its own; every region copies into it.

    Its account may use the keys of the sites, as what it is sent is encrypted with them.
    """
    place = ("vaults", "cold-vault", "aws")
    asked = ask(variant(tmp_path, (place, {"region": VAULT, "account": OTHER_ACCOUNT})))
    vault = the(asked, "backup/vault:Vault", "ledger-cold-vault-vault")
    assert vault.provider == "ledger-cold-vault-aws"
    assert the(asked, "kms/key:Key", "ledger-cold-vault-key").provider == vault.provider
    (policy,) = of(asked, "backup/vaultPolicy:VaultPolicy")
    assert json.loads(policy.inputs["policy"])["Statement"][0]["Action"] == (
        "backup:CopyIntoBackupVault"
    )
    for region in (CITY, REMOTE):
        plan = the(asked, PLAN, f"ledger-{region}-backup-nightly")
        assert {len(rule["copyActions"]) for rule in plan.inputs["rules"]} == {2}
        let_in = _let_in(the(asked, "kms/key:Key", f"ledger-{region}-key").inputs["policy"])
        assert {"kms:Decrypt*", "kms:ReEncrypt*", "kms:CreateGrant"} <= let_in[OTHER_ACCOUNT]
    let_in = _let_in(the(asked, "kms/key:Key", "ledger-cold-vault-key").inputs["policy"])
    assert {"kms:GenerateDataKey*", "kms:CreateGrant"} <= let_in[ACCOUNT]
    (rights,) = (
        one for one in of(asked, "iam/rolePolicy:RolePolicy") if one.name == "ledger-backup"
    )
    shared = [
        said
        for said in json.loads(rights.inputs["policy"])["Statement"]
        if "rds:ModifyDBClusterSnapshotAttribute" in said["Action"]
    ]
    assert [said["Resource"] for said in shared] == [
        [f"arn:aws:rds:*:{ACCOUNT}:cluster-snapshot:awsbackup:*"]
    ]


def _let_in(policy: str) -> dict[str, set[str]]:
    """What each account may do with a key, by its number."""
    found: dict[str, set[str]] = {}
    for said in json.loads(policy)["Statement"]:
        account = str(said["Principal"].get("AWS", "")).split(":")[4:5]
        if account:
            actions = said["Action"]
            many = [actions] if isinstance(actions, str) else actions
            found.setdefault(account[0], set()).update(many)
    return found


def test_only_in_china_another_account_is_in_a_region_of_the_sites() -> None:
    """There a copy goes to another region or to another account, say that partition's pages."""
    home, other = place("cn-north-1"), place("cn-northwest-1", OTHER_ACCOUNT)
    assert reached_from(home, {"cn-north-1", "cn-northwest-1"}) == ("cn-north-1", "cn-northwest-1")
    assert reached_from(other, {"cn-north-1", "cn-northwest-1"}) == ("cn-northwest-1",)
    assert reached_from(other, {"cn-north-1"}) == ()
    assert reached_from(place(VAULT, OTHER_ACCOUNT), {CITY, REMOTE}) == (REMOTE, CITY)


def test_people_hear_of_a_backup_that_fails() -> None:
    """A rule in each region sends it to that region's topic, for every job and state that failed.

    The states are those of AWS' own model, and the pattern is tried by what is not ours.
    """
    events = pytest.importorskip("moto.events.models")
    botocore = pytest.importorskip("botocore.session")
    model = botocore.get_session().get_service_model("backup")
    rules = [
        one for one in of(example(), "cloudwatch/eventRule:EventRule") if "backups" in one.name
    ]
    assert {one.inputs["region"] for one in rules} == {CITY, REMOTE}
    for target in of(example(), "cloudwatch/eventTarget:EventTarget"):
        if "backups" in target.name:
            assert (
                target.inputs["arn"].startswith("arn:aws:sns:") and "roleArn" not in target.inputs
            )
            assert f":{target.inputs['region']}:" in target.inputs["arn"]
    pattern = events.EventPattern.load(rules[0].inputs["eventPattern"])
    jobs = {
        "Backup Job State Change": ("BackupJobState", "state", {"COMPLETED"}),
        "Copy Job State Change": ("CopyJobState", "state", {"COMPLETED"}),
        "Restore Job State Change": ("RestoreJobStatus", "status", {"COMPLETED"}),
    }
    going = {"CREATED", "PENDING", "RUNNING", "ABORTING", "AGGREGATE_ALL", "ANY"}
    for kind, (shape, key, well) in jobs.items():
        for state in model.shape_for(shape).enum:
            event = {"source": "aws.backup", "detail-type": kind, "detail": {key: state}}
            wanted = state not in well | going
            assert pattern.matches_event(event) == wanted, (kind, state)
