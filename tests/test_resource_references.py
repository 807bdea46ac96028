"""Which resource a name means, and what a database's copies are: on both clouds."""

import pytest

from tests.resource_examples import Item, found, item
from tricenter.policies.resources.resource import account_of, default_tags

EAST, WEST = "us-east-1", "us-west-2"


def cluster(name: str, region: str, **props: object) -> Item:
    """An Aurora cluster."""
    given = {"clusterIdentifier": name, "engine": "aurora-postgresql", "engineVersion": "17.4"}
    return item("aws:rds/cluster:Cluster", f"{name}-{region}", region=region, **given, **props)


def member(name: str, region: str, zone: str, size: str = "db.r6g.large") -> Item:
    """An instance of the cluster of that name."""
    return item(
        "aws:rds/clusterInstance:ClusterInstance", f"{name}-{zone}", region=region,
        clusterIdentifier=name, availabilityZone=zone, instanceClass=size,
    )  # fmt: skip


def test_members_belong_to_the_cluster_of_their_region() -> None:
    """A cluster of the same name elsewhere does not lend its own."""
    clusters = cluster("pay", EAST), cluster("pay", WEST)
    members = member("pay", EAST, "us-east-1a"), member("pay", WEST, "us-west-2a")
    made = (*clusters, *members, member("pay", WEST, "us-west-2b"))
    for order in (made, made[::-1]):
        assert found("database-in-several-zones", *order) == {f"pay-{EAST}": "violation"}
        assert len(found("replica-elsewhere", *order)) == 2


def test_a_parameter_group_is_that_of_the_region() -> None:
    """Each region has one of the name, and they differ."""
    groups = [
        item(
            "aws:rds/clusterParameterGroup:ClusterParameterGroup", f"own-{region}", region=region,
            name="own", family="aurora-postgresql16",
            parameters=[{"name": "rds.force_ssl", "value": value}],
        )
        for region, value in ((EAST, "1"), (WEST, "0"))
    ]  # fmt: skip
    clusters = [cluster("pay", r, dbClusterParameterGroupName="own") for r in (EAST, WEST)]
    assert found("tls-required", *groups, *clusters) == {f"pay-{WEST}": "violation"}


def test_the_name_of_a_global_cluster_is_one_for_all_regions() -> None:
    """Wherever it is declared."""
    world = item(
        "aws:rds/globalCluster:GlobalCluster", "world", region=EAST, globalClusterIdentifier="pay"
    )
    clusters = [cluster(f"pay-{r}", r, globalClusterIdentifier="pay") for r in (EAST, WEST)]
    assert not found("replica-elsewhere", world, *clusters)


def sql(name: str, region: str, **props: object) -> Item:
    """A Cloud SQL instance without backups."""
    return item(
        "gcp:sql/databaseInstance:DatabaseInstance", f"{name}-{region}", name=name, region=region,
        databaseVersion="POSTGRES_16", **props,
    )  # fmt: skip


def test_a_name_of_cloud_sql_is_one_for_the_project() -> None:
    """In whatever region; and another project's is another."""
    main = sql("main", "europe-west1")
    assert not found(
        "replica-elsewhere", main, sql("far", "europe-west4", masterInstanceName="main")
    )
    there = sql("far", "europe-west4", masterInstanceName="main", project="other")
    assert found("replica-elsewhere", sql("main", "europe-west1", project="ours"), there) == {
        "main-europe-west1": "violation",
        "far-europe-west4": "unknown",
    }


def alloy(name: str, region: str, **props: object) -> Item:
    """An AlloyDB cluster."""
    return item(
        "gcp:alloydb/cluster:Cluster", f"{name}-{region}", clusterId=name, location=region, **props
    )


def machine(name: str, cluster: str, kind: str, **props: object) -> Item:
    """An AlloyDB instance of a cluster that is named by its path."""
    return item("gcp:alloydb/instance:Instance", name, cluster=cluster, instanceType=kind, **props)


NEAR = "projects/p/locations/europe-west1/clusters/pay"


def test_a_path_of_google_says_the_place() -> None:
    """A cluster of the same name in another place is another one."""
    made = (
        alloy("pay", "europe-west1"),
        alloy("pay", "europe-west4"),
        machine("a", NEAR, "PRIMARY", availabilityType="ZONAL"),
        machine("b", NEAR.replace("west1", "west4"), "PRIMARY", availabilityType="REGIONAL"),
    )
    assert found("database-in-several-zones", *made) == {"pay-europe-west1": "violation"}
    follower = alloy("pay", "europe-north1", secondaryConfig={"primaryClusterName": NEAR})
    assert found("replica-elsewhere", *made, follower) == {"pay-europe-west4": "violation"}


@pytest.mark.parametrize("kind", ["ZONAL", "REGIONAL"])
def test_a_pool_of_readers_stands_in_for_nobody(kind: str) -> None:
    """In however many zones it is, and of whatever size."""
    primary = machine("a", NEAR, "PRIMARY", availabilityType="ZONAL", machineConfig={"cpuCount": 8})
    pool = machine("b", NEAR, "READ_POOL", availabilityType=kind, machineConfig={"cpuCount": 2})
    made = (alloy("pay", "europe-west1"), primary, pool)
    assert found("database-in-several-zones", *made) == {"pay-europe-west1": "violation"}
    assert not found("standby-size-alike", *made)


def test_a_pool_of_cloud_sql_is_of_any_size() -> None:
    """It cannot be promoted."""
    main = sql("main", "europe-west1", settings={"tier": "db-custom-8-32768"})
    small = {"settings": {"tier": "db-custom-2-8192"}, "masterInstanceName": "main"}
    assert found("standby-size-alike", main, sql("far", "europe-west4", **small))
    pool = sql("far", "europe-west4", instanceType="READ_POOL_INSTANCE", nodeCount=2, **small)
    assert not found("standby-size-alike", main, pool)


@pytest.mark.parametrize(
    ("more", "configuration", "verdict"),
    [
        ({}, {}, ""),
        ({}, {"location": "eu"}, ""),
        ({}, {"location": "europe-west4"}, ""),
        ({}, {"location": "europe-west1"}, "violation"),
        ({}, {"enabled": False}, "violation"),
        ({}, {"location": "(unknown)"}, "unknown"),
        ({"encryptionKeyName": "k"}, {"location": "eu"}, "violation"),
    ],
)
def test_backups_of_cloud_sql_outlive_their_region_where_they_can_be_read(
    more: Item, configuration: Item, verdict: str
) -> None:
    """They lie in several regions unless told otherwise; a key of the lost region opens nothing."""
    settings = {"backupConfiguration": {"enabled": True, **configuration}}
    made = sql("main", "europe-west1", settings=settings, **more)
    assert found("replica-elsewhere", made).get("main-europe-west1", "") == verdict


def table(**props: object) -> Item:
    """A DynamoDB table with recovery of its own."""
    given = {"region": EAST, "name": "carts", "pointInTimeRecovery": {"enabled": True}}
    return item("aws:dynamodb/table:Table", "carts", **{**given, **props})


@pytest.mark.parametrize(
    ("replicas", "verdict"),
    [
        ([{"regionName": WEST}], "violation"),
        ([{"regionName": WEST, "pointInTimeRecovery": False}], "violation"),
        ([{"regionName": WEST, "pointInTimeRecovery": True}], ""),
        ([{"regionName": WEST, "pointInTimeRecovery": True}, {"regionName": "x"}], "violation"),
        ([{"regionName": WEST, "pointInTimeRecovery": "(unknown)"}], "unknown"),
    ],
)
def test_each_replica_of_a_table_is_restored_by_itself(replicas: list[Item], verdict: str) -> None:
    """It is off where nothing is said."""
    assert found("point-in-time-recovery", table(replicas=replicas)).get("carts", "") == verdict


def test_global_tables_of_the_first_kind_are_one_database() -> None:
    """Tables of one name in several regions."""
    far = item("aws:dynamodb/table:Table", "far", region=WEST, name="carts")
    assert len(found("replica-elsewhere", table(), far)) == 2
    world = item(
        "aws:dynamodb/globalTable:GlobalTable", "world", name="carts",
        replicas=[{"regionName": EAST}, {"regionName": WEST}],
    )  # fmt: skip
    assert not found("replica-elsewhere", table(), far, world)


@pytest.mark.parametrize(
    ("props", "verdict"),
    [
        ({"engine": "aurora-postgresql", "engineVersion": "16.4"}, "violation"),
        ({"engine": "aurora-postgresql", "engineVersion": "17"}, ""),
        ({"engine": "aurora-postgresql", "engineVersion": None}, "unknown"),
        ({"engine": "aurora-mysql", "engineVersion": "8.0.mysql_aurora.3.08.0"}, "violation"),
        ({"engine": "postgres", "engineVersion": "15.4", "dbClusterInstanceClass": "x"}, ""),
        (
            {"engine": "postgres", "engineVersion": "14.9", "dbClusterInstanceClass": "x"},
            "violation",
        ),
        ({"dbClusterParameterGroupName": "default.aurora-postgresql16"}, "violation"),
        ({"dbClusterParameterGroupName": "default.aurora-postgresql17"}, ""),
        ({"dbClusterParameterGroupName": "somebody-elses"}, "unknown"),
    ],
)
def test_defaults_refuse_plain_connections_since_a_version_of_each_engine(
    props: Item, verdict: str
) -> None:
    """Aurora since 17, RDS since 15; the service's own groups say the same."""
    made = cluster(
        "pay", EAST, **{k: v for k, v in props.items() if k not in ("engine", "engineVersion")}
    )
    made["props"] |= {k: v for k, v in props.items() if k in ("engine", "engineVersion")}
    assert found("tls-required", made).get(f"pay-{EAST}", "") == verdict


@pytest.mark.parametrize(("region", "verdict"), [(EAST, {}), (WEST, {"copy": "violation"})])
def test_a_replica_abroad_has_the_default_settings(region: str, verdict: dict[str, str]) -> None:
    """In its source's region it has those of its source."""
    group = item(
        "aws:rds/parameterGroup:ParameterGroup", "own", region=EAST, name="own",
        family="postgres14", parameters=[{"name": "rds.force_ssl", "value": "1"}],
    )  # fmt: skip
    source = item(
        "aws:rds/instance:Instance", "orders", region=EAST, identifier="orders", engine="postgres",
        engineVersion="14.9", parameterGroupName="own",
    )  # fmt: skip
    arn = f"arn:aws:rds:{EAST}:123456789012:db:orders"
    copy = item("aws:rds/instance:Instance", "copy", region=region, replicateSourceDb=arn)
    assert found("tls-required", group, source, copy) == verdict


def worldwide(region: str, **props: object) -> Item:
    """A cluster of a global one."""
    return cluster(f"pay-{region}", region, globalClusterIdentifier="pay", **props)


def test_a_region_without_a_machine_cannot_take_over() -> None:
    """Its storage alone follows the leader."""
    near, far = worldwide(EAST), worldwide(WEST)
    first = member(f"pay-{EAST}", EAST, "us-east-1a")
    second = member(f"pay-{WEST}", WEST, "us-west-2a")
    rule, name = "standby-has-machines", f"pay-{WEST}-{WEST}"
    assert found(rule, near, far, first) == {name: "violation"}
    assert not found(rule, near, far, first, second)
    unsaid = item("aws:rds/clusterInstance:ClusterInstance", "x", clusterIdentifier="(unknown)")
    assert found(rule, near, far, first, unsaid) == {name: "unknown"}
    assert not found(rule, cluster("alone", EAST))


def test_a_secondary_of_alloydb_needs_an_instance_that_leads() -> None:
    """A pool of readers is none."""
    far = alloy("far", "europe-north1", secondaryConfig={"primaryClusterName": NEAR})
    path = "projects/p/locations/europe-north1/clusters/far"
    near = alloy("pay", "europe-west1"), machine("a", NEAR, "PRIMARY")
    rule, name = "standby-has-machines", "far-europe-north1"
    assert found(rule, *near, far) == {name: "violation"}
    assert found(rule, *near, far, machine("b", path, "READ_POOL")) == {name: "violation"}
    assert not found(rule, *near, far, machine("b", path, "SECONDARY"))


@pytest.mark.parametrize(
    ("ceilings", "verdict"),
    [
        ((16, 16), ""),
        ((16, 8), "violation"),
        ((16, None), "violation"),
        ((16, "(unknown)"), "unknown"),
    ],
)
def test_what_grows_by_itself_grows_as_far_everywhere(
    ceilings: tuple[object, object], verdict: str
) -> None:
    """A copy with a lower ceiling is a smaller one."""
    clusters = [
        worldwide(
            region,
            **({} if most is None else {"serverlessv2ScalingConfiguration": {"maxCapacity": most}}),
        )
        for region, most in zip((EAST, WEST), ceilings, strict=True)
    ]
    members = [
        member(f"pay-{EAST}", EAST, "us-east-1a", "db.serverless"),
        member(f"pay-{WEST}", WEST, "us-west-2a", "db.serverless"),
    ]
    said = found("standby-size-alike", *clusters, *members)
    assert said.get(f"pay-{WEST}-us-west-2a", "") == verdict


@pytest.mark.parametrize(("version", "said"), [("17", False), ("17.4", False), ("17.5", True)])
def test_a_major_version_alone_differs_from_none_of_its_own(version: str, said: bool) -> None:
    """The service chooses the minor one."""
    near, far = worldwide(EAST), worldwide(WEST)
    far["props"]["engineVersion"] = version
    assert bool(found("engine-versions-alike", near, far)) is said


def test_a_cluster_that_says_no_version_has_that_of_its_global_one() -> None:
    """And its defaults."""
    for version, verdict in (("16.4", {f"pay-{EAST}-{EAST}": "violation"}), ("17.4", {})):
        world = item(
            "aws:rds/globalCluster:GlobalCluster", "world", globalClusterIdentifier="pay",
            engine="aurora-postgresql", engineVersion=version,
        )  # fmt: skip
        near = worldwide(EAST)
        del near["props"]["engineVersion"]
        assert found("tls-required", world, near) == verdict


def test_a_name_means_something_of_its_own_account() -> None:
    """Two providers work in one region, each in an account of its own."""
    ours, theirs = cluster("pay", EAST), cluster("pay", EAST)
    theirs["name"] = "theirs"
    members = [member("pay", EAST, zone) for zone in ("us-east-1a", "us-east-1b")]
    for one in (ours, *members):
        one["account"] = "111122223333"
    theirs["account"] = "444455556666"
    made = (ours, theirs, *members)
    assert found("database-in-several-zones", *made) == {"theirs": "violation"}


@pytest.mark.parametrize(
    ("account", "followed"), [("111122223333", True), ("444455556666", False), ("bank", True)]
)
def test_an_arn_says_the_account(account: str, followed: bool) -> None:
    """Which a profile's name does not contradict."""
    source = item("aws:rds/instance:Instance", "orders", region=EAST, identifier="orders")
    source["account"] = account
    arn = f"arn:aws:rds:{EAST}:111122223333:db:orders"
    copy = item("aws:rds/instance:Instance", "copy", region=WEST, replicateSourceDb=arn)
    copy["account"] = "999900001111"
    assert ("orders" not in found("replica-elsewhere", source, copy)) is followed


@pytest.mark.parametrize(
    ("provider", "account"),
    [
        ({"assumeRoles": [{"roleArn": "arn:aws:iam::111122223333:role/x"}]}, "111122223333"),
        ({"assumeRoles": '[{"roleArn": "arn:aws:iam::111122223333:role/x"}]'}, "111122223333"),
        ({"allowedAccountIds": ["1"]}, "1"),
        ({"profile": "bank"}, "bank"),
        ({"project": "bank"}, "bank"),
        ({"region": EAST}, None),
    ],
)
def test_a_provider_says_whose_account_it_works_in(provider: Item, account: str | None) -> None:
    """In one of several ways, as the program or the engine writes them."""
    assert account_of(provider) == account


def test_what_a_provider_tags_is_selected() -> None:
    """The engine hands its settings on as JSON."""
    assert default_tags('{"tags": {"backup": "daily"}}') == {"backup": "daily"}
    assert default_tags({"tags": {"backup": "daily"}}) == {"backup": "daily"}
    assert default_tags(None) == {}
