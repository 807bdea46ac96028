"""What resources of both clouds mean, one way of writing at a time, as their services take it."""

from typing import Any

import pytest

from tests.resource_examples import Item, found, item

DB: Item = {"region": "eu-west-1", "identifier": "orders", "backupRetentionPeriod": 1}
FAR = "arn:aws:backup:eu-central-1:123456789012:backup-vault:far"


def database(**more: Any) -> Item:
    """An RDS instance with one day of backups of its own."""
    return item("aws:rds/instance:Instance", "orders", **{**DB, **more})


def planned(days: int | None = 35, **selection: Any) -> tuple[Item, Item]:
    """A daily plan with a copy abroad, and a selection of it."""
    lifecycle = {} if days is None else {"lifecycle": {"deleteAfter": days}}
    rule = {"ruleName": "daily", "targetVaultName": "home", **lifecycle}
    plan = item(
        "aws:backup/plan:Plan", "plan", region="eu-west-1",
        rules=[rule | {"copyActions": [{"destinationVaultArn": FAR, **lifecycle}]}],
    )  # fmt: skip
    props = {"region": "eu-west-1", "planId": "@plan", **selection}
    return plan, item("aws:backup/selection:Selection", "selection", **props)


def tag(key: str, value: str) -> dict[str, str]:
    """A tag that selects."""
    return {"type": "STRINGEQUALS", "key": key, "value": value}


def condition(form: str, value: str, key: str = "aws:ResourceTag/backup") -> dict[str, Any]:
    """Conditions with one of the four forms."""
    return {"resources": ["*"], "conditions": [{form: [{"key": key, "value": value}]}]}


DAILY = {"backup": "daily"}
SELECTED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "everything": ({}, {"resources": ["*"]}),
    "by its ARN": ({}, {"resources": ["arn:aws:rds:eu-west-1:123456789012:db:orders"]}),
    "by a pattern": ({}, {"resources": ["arn:aws:rds:*:*:db:*"]}),
    "by the beginning": ({}, {"resources": ["arn:aws:rds:*:*:db:ord*"]}),
    "by its service": ({}, {"resources": ["arn:aws:rds:*"]}),
    "in China": ({}, {"resources": ["arn:aws-cn:rds:*:*:db:*"]}),
    "by a tag": ({"tags": DAILY}, {"selectionTags": [tag("backup", "daily")]}),
    "by a tag in full": (
        {"tags": DAILY},
        {"selectionTags": [tag("aws:ResourceTag/backup", "daily")]},
    ),
    "by one of two tags": (
        {"tags": DAILY},
        {"selectionTags": [tag("tier", "gold"), tag("backup", "daily")]},
    ),
    "by a name or a tag": (
        {},
        {"resources": ["arn:aws:rds:*:*:db:*"], "selectionTags": [tag("backup", "daily")]},
    ),
    "by tags of the provider": ({"tagsAll": DAILY}, {"selectionTags": [tag("backup", "daily")]}),
    "like": ({"tags": DAILY}, condition("stringLike", "d*")),
    "not what is excluded": ({"tags": DAILY}, condition("stringNotEquals", "never")),
    "not like": ({"tags": DAILY}, condition("stringNotLike", "n*")),
    "without the tag that excludes": ({}, condition("stringNotEquals", "never")),
    "others are taken out": (
        {},
        {"resources": ["*"], "notResources": ["arn:aws:dynamodb:*:*:table/*"]},
    ),
}
NOT_SELECTED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "another service of the name": ({}, {"resources": ["arn:aws:dynamodb:*:*:table/orders"]}),
    "a cluster of the name": ({}, {"resources": ["arn:aws:rds:eu-west-1:1:cluster:orders"]}),
    "another region": ({}, {"resources": ["arn:aws:rds:us-east-1:*:db:*"]}),
    "another beginning": ({}, {"resources": ["arn:aws:rds:*:*:db:pay*"]}),
    "another tag": ({"tags": {"backup": "Daily"}}, {"selectionTags": [tag("backup", "daily")]}),
    "taken out by a pattern": (
        {},
        {"resources": ["*"], "notResources": ["arn:aws:rds:*:*:db:*"]},
    ),
    "taken out though tagged": (
        {"tags": DAILY},
        {
            "selectionTags": [tag("backup", "daily")],
            "notResources": ["arn:aws:rds:eu-west-1:123456789012:db:orders"],
        },
    ),
    "an unmet condition": ({}, condition("stringEquals", "daily")),
    "an unmet pattern": ({"tags": {"backup": "weekly"}}, condition("stringLike", "d*")),
    "excluded": ({"tags": {"backup": "never"}}, condition("stringNotEquals", "never")),
    "excluded by a pattern": ({"tags": {"backup": "never"}}, condition("stringNotLike", "n*")),
    "one of two conditions": (
        {"tags": DAILY},
        {
            "resources": ["*"],
            "conditions": [
                {
                    "stringEquals": [
                        {"key": "aws:ResourceTag/backup", "value": "daily"},
                        {"key": "aws:ResourceTag/tier", "value": "gold"},
                    ]
                }
            ],
        },
    ),
    "a condition beside a tag": (
        {"tags": DAILY},
        {
            "selectionTags": [tag("backup", "daily")],
            "conditions": [{"stringEquals": [{"key": "aws:ResourceTag/tier", "value": "gold"}]}],
        },
    ),
    "nothing but conditions": (
        {"tags": DAILY},
        {"conditions": [{"stringEquals": [{"key": "aws:ResourceTag/backup", "value": "daily"}]}]},
    ),
    "in another region": ({}, {"resources": ["*"], "region": "eu-central-1"}),
}


@pytest.mark.parametrize("case", sorted(SELECTED))
def test_a_selected_database_is_backed_up_and_copied(case: str) -> None:
    """By AWS Backup's own logic: names or tags, then every condition, then what is taken out."""
    own, selection = SELECTED[case]
    made = (database(**own), *planned(**selection))
    assert found("database-backed-up", *made) == {}
    assert found("replica-elsewhere", *made) == {}


@pytest.mark.parametrize("case", sorted(NOT_SELECTED))
def test_a_database_that_is_not_selected_is_not_backed_up(case: str) -> None:
    """However close the selection comes."""
    own, selection = NOT_SELECTED[case]
    made = (database(**own), *planned(**selection))
    assert found("database-backed-up", *made) == {"orders": "violation"}
    assert found("replica-elsewhere", *made) == {"orders": "violation"}


def test_tags_of_the_provider_select_as_well() -> None:
    """They are on everything that it makes."""
    made = database()
    made["default_tags"] = DAILY
    assert not found("database-backed-up", made, *planned(selectionTags=[tag("backup", "daily")]))


def test_tags_that_a_preview_does_not_know_are_unknown() -> None:
    """Neither a violation nor kept."""
    for own in ({"tags": "(unknown)"}, {"tags": {"backup": "(unknown)"}}):
        made = (database(**own), *planned(selectionTags=[tag("backup", "daily")]))
        assert found("database-backed-up", *made) == {"orders": "unknown"}


def test_a_plan_that_keeps_three_days_keeps_too_few() -> None:
    """What it keeps for ever is enough."""
    assert found("database-backed-up", database(), *planned(3, resources=["*"]))
    assert not found("database-backed-up", database(), *planned(None, resources=["*"]))


@pytest.mark.parametrize(
    ("resources", "chosen", "kept"),
    [
        (["*"], {"RDS": False}, False),
        (["*"], {"RDS": True, "Aurora": False}, True),
        (["arn:aws:rds:eu-west-1:1:db:orders"], {"RDS": False}, True),
    ],
)
def test_a_service_that_is_switched_off_is_backed_up_only_by_name(
    resources: list[str], chosen: dict[str, bool], kept: bool
) -> None:
    """The settings of the region are for tags and for everything."""
    settings = item(
        "aws:backup/regionSettings:RegionSettings", "settings",
        region="eu-west-1", resourceTypeOptInPreference=chosen,
    )  # fmt: skip
    made = (database(), *planned(resources=resources), settings)
    assert (not found("database-backed-up", *made)) is kept


@pytest.mark.parametrize(
    ("kind", "props"),
    [
        ("aws:rds/cluster:Cluster", {"clusterIdentifier": "pay"}),
        ("aws:dynamodb/table:Table", {"name": "carts"}),
    ],
)
def test_clusters_and_tables_are_selected_by_tag_as_well(kind: str, props: Item) -> None:
    """The plan's copy takes them abroad."""
    made = item(kind, "one", region="eu-west-1", tags=DAILY, **props)
    assert found("replica-elsewhere", made) == {"one": "violation"}
    plan = planned(selectionTags=[tag("backup", "daily")])
    assert not found("replica-elsewhere", made, *plan)


def volume(**more: Any) -> Item:
    """An EBS volume."""
    props = {"availabilityZone": "eu-west-1a", **more}
    return item("aws:ebs/volume:Volume", "data", **props)


def lifecycle(region: str = "eu-west-1", **props: Any) -> Item:
    """A policy of Data Lifecycle Manager."""
    return item("aws:dlm/lifecyclePolicy:LifecyclePolicy", "policy", region=region, **props)


SCHEDULES = [{"createRule": {"interval": 24}}]
TWO_TAGS = {"policyDetails": {"targetTags": {"a": "1", "b": "2"}, "schedules": SCHEDULES}}


@pytest.mark.parametrize(
    ("own", "policy", "kept"),
    [
        ({}, {"defaultPolicy": "VOLUME"}, True),
        ({}, {"defaultPolicy": "VOLUME", "state": "DISABLED"}, False),
        ({}, {"defaultPolicy": "INSTANCE"}, False),
        ({}, {"defaultPolicy": "VOLUME", "region": "us-east-1"}, False),
        (
            {"tags": {"scratch": "yes"}},
            {
                "defaultPolicy": "VOLUME",
                "policyDetails": {"exclusions": {"excludeTags": {"scratch": "yes"}}},
            },
            False,
        ),
        (
            {"type": "st1"},
            {
                "defaultPolicy": "VOLUME",
                "policyDetails": {"exclusions": {"excludeVolumeTypes": ["st1"]}},
            },
            False,
        ),
        ({"tags": {"a": "1"}}, TWO_TAGS, True),
        ({"tags": {"c": "3"}}, TWO_TAGS, False),
        ({"tags": {"a": "1"}}, {**TWO_TAGS, "state": "DISABLED"}, False),
    ],
)
def test_a_volume_is_snapshotted_as_its_policy_says(own: Item, policy: Item, *, kept: bool) -> None:
    """By one of its tags, or because it is there."""
    assert (not found("volume-snapshotted", volume(**own), lifecycle(**policy))) is kept


def test_a_default_policy_runs_daily_where_nothing_is_said() -> None:
    """And every so many days where it is."""
    assert not found("backup-plan-daily", lifecycle(defaultPolicy="VOLUME"))
    details = {"createInterval": 3}
    assert found("backup-plan-daily", lifecycle(defaultPolicy="VOLUME", policyDetails=details))


def test_the_backups_of_a_machine_have_its_volumes() -> None:
    """Whether they come with it or are attached to it."""
    machine = item(
        "aws:ec2/instance:Instance", "vm", region="eu-west-1", tags=DAILY,
        ebsBlockDevices=[{"deviceName": "/dev/sdb", "encrypted": True}],
    )  # fmt: skip
    attached = item(
        "aws:ec2/volumeAttachment:VolumeAttachment", "at", volumeId="@data", instanceId="@vm"
    )
    plan = planned(selectionTags=[tag("backup", "daily")])
    assert found("volume-snapshotted", machine, volume(), *plan) == {"data": "violation"}
    assert not found("volume-snapshotted", machine, volume(), attached, *plan)
    of_machines = lifecycle(
        policyDetails={"resourceTypes": ["INSTANCE"], "targetTags": DAILY, "schedules": SCHEDULES}
    )
    assert not found("volume-snapshotted", machine, volume(), attached, of_machines)


def test_a_plan_without_a_schedule_runs_every_day() -> None:
    """At five, says the service."""
    assert not found("backup-plan-daily", *planned(resources=["*"]))


def test_a_lock_that_can_be_undone_is_none() -> None:
    """Governance mode is for people who may not; who takes the account may."""
    vault = item("aws:backup/vault:Vault", "main", name="main")
    kind = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
    for days, verdict in (
        (3, {}),
        (None, {"main": "violation"}),
        ("(unknown)", {"main": "unknown"}),
    ):
        props = {} if days is None else {"changeableForDays": days}
        locked = item(kind, "lock", backupVaultName="main", minRetentionDays=30, **props)
        assert found("backup-vault-locked", vault, locked) == verdict


def test_a_lock_is_for_the_vault_of_its_region() -> None:
    """Vaults of one name stand in several."""
    kind = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
    vaults = [
        item("aws:backup/vault:Vault", region, region=region, name="main")
        for region in ("eu-west-1", "eu-central-1")
    ]
    lock = item(kind, "lock", region="eu-west-1", backupVaultName="main", changeableForDays=3)
    assert found("backup-vault-locked", *vaults, lock) == {"eu-central-1": "violation"}


VAULT = item("aws:backup/vault:Vault", "main", region="eu-west-1", name="main")
COLD = item("aws:backup/vault:Vault", "far", region="eu-central-1", name="far")


def lock(name: str, region: str, **limits: int) -> Item:
    """A lock of the vault of that name."""
    return item(
        "aws:backup/vaultLockConfiguration:VaultLockConfiguration", f"lock-{name}", region=region,
        backupVaultName=name, changeableForDays=3, **limits,
    )  # fmt: skip


def plan(copy: Item | None = None, target: str = "main", **rule: Any) -> Item:
    """A plan with one rule, and perhaps a copy by it."""
    given = {"ruleName": "daily", "targetVaultName": target, **rule}
    if copy is not None:
        given["copyActions"] = [{"destinationVaultArn": FAR, **copy}]
    return item("aws:backup/plan:Plan", "plan", region="eu-west-1", rules=[given])


def lifecycle_of(days: Any, cold: Any = None) -> Item:
    """For how long a backup is kept."""
    cooled = {} if cold is None else {"coldStorageAfter": cold}
    return {"lifecycle": {"deleteAfter": days, **cooled}}


LOCKED = (VAULT, COLD, lock("main", "eu-west-1", minRetentionDays=30, maxRetentionDays=400))
FAR_LOCKED = (*LOCKED, lock("far", "eu-central-1", minRetentionDays=90))
ACCEPTED: dict[str, tuple[str, tuple[Item, ...]]] = {
    "long enough": ("", (*LOCKED, plan(**lifecycle_of(30)))),
    "shorter than the lock": ("violation", (*LOCKED, plan(**lifecycle_of(29)))),
    "longer than the lock": ("violation", (*LOCKED, plan(**lifecycle_of(401)))),
    "for ever": ("violation", (*LOCKED, plan())),
    "without a lock": ("", (VAULT, plan(**lifecycle_of(7)))),
    "a lock of another region": (
        "",
        (VAULT, lock("main", "us-east-1", minRetentionDays=30), plan(**lifecycle_of(7))),
    ),
    "of a vault elsewhere": (
        "violation",
        (lock("main", "eu-west-1", minRetentionDays=30), plan(**lifecycle_of(7))),
    ),
    "by reference": ("violation", (*LOCKED, plan(target="@main", **lifecycle_of(7)))),
    "a copy too short": (
        "violation",
        (*FAR_LOCKED, plan(copy=lifecycle_of(35), **lifecycle_of(35))),
    ),
    "a copy long enough": ("", (*FAR_LOCKED, plan(copy=lifecycle_of(90), **lifecycle_of(35)))),
    "not known yet": ("unknown", (*LOCKED, plan(**lifecycle_of("(unknown)")))),
    "continuous": ("", (VAULT, plan(enableContinuousBackup=True, **lifecycle_of(35)))),
    "continuous for long": (
        "violation",
        (VAULT, plan(enableContinuousBackup=True, **lifecycle_of(36))),
    ),
    "continuous for ever": ("violation", (VAULT, plan(enableContinuousBackup=True))),
    "cold": ("", (VAULT, plan(**lifecycle_of(120, 30)))),
    "cold for too short": ("violation", (VAULT, plan(**lifecycle_of(119, 30)))),
    "a copy cold for too short": (
        "violation",
        (VAULT, COLD, plan(copy=lifecycle_of(60, 30), **lifecycle_of(35))),
    ),
    "air-gapped": (
        "violation",
        (
            item(
                "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault", "gap",
                region="eu-central-1", name="far", minRetentionDays=60, maxRetentionDays=90,
            ),
            plan(copy=lifecycle_of(30), **lifecycle_of(30)),
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(ACCEPTED))
def test_a_plan_puts_into_a_vault_what_it_takes(case: str) -> None:
    """As long as the lock asks, a log for 35 days, in the cold for 90."""
    verdict, made = ACCEPTED[case]
    assert found("backup-lifecycle-accepted", *made).get("plan", "") == verdict


@pytest.mark.parametrize(("days", "verdict"), [(30, ""), (7, "violation")])
def test_a_vault_of_google_takes_what_it_enforces(days: int, verdict: str) -> None:
    """Its minimum is for every plan that fills it."""
    kind = "gcp:backupdisasterrecovery/"
    vault = item(
        f"{kind}backupVault:BackupVault", "main", location="europe-west1", backupVaultId="main",
        backupMinimumEnforcedRetentionDuration="2592000s",
    )  # fmt: skip
    rule = {
        "backupRetentionDays": days,
        "standardSchedule": {"recurrenceType": "DAILY"},
    }
    made = item(
        f"{kind}backupPlan:BackupPlan", "plan", location="europe-west1", backupVault="@main",
        backupRules=[rule],
    )  # fmt: skip
    assert found("backup-lifecycle-accepted", vault, made).get("plan", "") == verdict
