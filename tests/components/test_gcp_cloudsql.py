"""Cloud SQL under mocks: two zones for the city, a copy far away, and what roles may change."""

from pathlib import Path
from typing import Any

import pytest

from tests.components.gcp_program import EXAMPLE, Asked, ask, of, production, variant
from tricenter.components.gcp.cloudsql import LEADERS_OWN, MOVED_BY_ROLES
from tricenter.topology.cloudsql_settings import leader_settings
from tricenter.topology.compile import compile_plan
from tricenter.topology.managed_instances import ManagedServiceError, managed_instances
from tricenter.topology.validate import load


def instances(asked: tuple[Asked, ...]) -> dict[str, Asked]:
    """The instances of the first database, by site."""
    return {
        one.name.removeprefix("ledger-").removesuffix("-database-ledger-a"): one
        for one in of(asked, "DatabaseInstance")
        if one.name.endswith("ledger-a")
    }


def test_one_instance_stands_for_the_city() -> None:
    """Two sites of a region are its two zones; a site alone leaves the second to Google."""
    found = instances(production())
    assert sorted(found) == ["kowloon", "tokyo-1"]
    assert found["kowloon"].inputs["settings"]["locationPreference"] == {
        "zone": "asia-east2-a",
        "secondaryZone": "asia-east2-b",
    }
    assert found["tokyo-1"].inputs["settings"]["locationPreference"] == {
        "zone": "asia-northeast1-a"
    }
    assert found["kowloon"].inputs["name"] == "ledger-dev-kowloon-ledger-a"


def test_a_copy_can_carry_what_it_copies() -> None:
    """Machine, disk, flags, availability and TLS are the same, as disaster recovery asks."""
    found = instances(production())
    one, other = (found[site].inputs["settings"] for site in ("kowloon", "tokyo-1"))
    same = ("tier", "edition", "availabilityType", "diskSize", "diskType", "databaseFlags")
    for key in (*same, "dataCacheConfig", "insightsConfig", "activationPolicy"):
        assert one[key] == other[key], key
    assert one["edition"] == "ENTERPRISE_PLUS"
    assert one["availabilityType"] == "REGIONAL"
    for settings in (one, other):
        assert settings["ipConfiguration"]["sslMode"] == "ENCRYPTED_ONLY"
    flags = {flag["name"]: flag["value"] for flag in one["databaseFlags"]}
    assert "cloudsql.logical_decoding" not in flags
    assert flags["cloudsql.iam_authentication"] == "on"
    assert int(flags["max_connections"]) > 400


def test_backups_lie_in_no_single_region() -> None:
    """The loss of no site takes the place where the next leader's backups go; and the log is kept
    for as many days as it may be."""
    backup = instances(production())["kowloon"].inputs["settings"]["backupConfiguration"]
    assert backup["location"] == "asia"
    assert backup["pointInTimeRecoveryEnabled"] is True
    retained = backup["backupRetentionSettings"]["retainedBackups"]
    assert retained > backup["transactionLogRetentionDays"]
    assert backup["startTime"] == "02:00"


def test_the_program_never_pushes_a_role_back() -> None:
    """Nested names are the engine's: in Python's own spelling they would match nothing."""
    found = instances(production())
    assert found["kowloon"].ignored == set(MOVED_BY_ROLES)
    assert found["tokyo-1"].ignored == {*MOVED_BY_ROLES, *LEADERS_OWN}
    for one in found.values():
        assert not [path for path in one.ignored if "_" in path]
        assert not {"instanceType", "replicaNames", "replicationCluster"} & set(one.inputs)
    assert found["tokyo-1"].inputs["masterInstanceName"] == "ledger-dev-kowloon-ledger-a"


def test_the_observed_role_wins() -> None:
    """What a leader has moves with the role; names and everything else stay."""
    moved = instances(ask(roles={"ledger-a": "tokyo-1"}))
    before = instances(production())
    assert "masterInstanceName" not in moved["tokyo-1"].inputs
    assert moved["kowloon"].inputs["masterInstanceName"] == "ledger-dev-tokyo-1-ledger-a"
    assert "backupConfiguration" not in moved["kowloon"].inputs["settings"]
    backup = moved["tokyo-1"].inputs["settings"]["backupConfiguration"]
    assert backup["location"] == "asia"
    for site, one in moved.items():
        assert common(one) == common(before[site])


def common(one: Asked) -> dict[str, Any]:
    """The settings of an instance that do not depend on its role."""
    own = {"backupConfiguration", "maintenanceWindow"}
    return {key: value for key, value in one.inputs["settings"].items() if key not in own}


def test_the_other_site_of_the_city_leads_the_same_instance() -> None:
    """A zone's failover is the service's own; the program has nothing to change."""
    moved = instances(ask(roles={"ledger-a": "lantau"}))
    assert [one.inputs for one in moved.values()] == [
        one.inputs for one in instances(production()).values()
    ]


def test_the_copy_comes_after_its_source() -> None:
    """A copy goes before what it copies, whoever leads: Cloud SQL deletes in no other order."""
    for roles, source, copy in (
        ({}, "kowloon", "tokyo-1"),
        ({"ledger-a": "tokyo-1"}, "tokyo-1", "kowloon"),
    ):
        found = instances(ask(roles=roles))
        assert found[source].name in found[copy].after
        assert found[copy].name not in found[source].after


def test_another_preference_moves_no_resource(tmp_path: Path) -> None:
    """`prefer` exchanges the zones of the city's instance, and renames nothing."""

    def change(spec: dict[str, Any]) -> None:
        database = spec["databases"]["ledger-a"]
        database["replicas"]["kowloon"] = database["replicas"].pop("lantau")
        database["prefer"] = "lantau"

    asked = ask(variant(tmp_path, change))
    assert [(o.type, o.name, o.parent) for o in asked] == [
        (o.type, o.name, o.parent) for o in production()
    ]
    preferred = instances(asked)["kowloon"].inputs["settings"]["locationPreference"]
    assert preferred == {"zone": "asia-east2-b", "secondaryZone": "asia-east2-a"}


def test_database_and_user_stay_where_they_were_made() -> None:
    """Both come by replication: bound to whoever leads, a change of roles would drop them."""
    moved = ask(roles={"ledger-a": "tokyo-1"})
    for kind in ("Database", "User"):
        for asked in (production(), moved):
            for one in of(asked, kind):
                assert one.inputs["instance"].startswith("ledger-dev-kowloon"), one
                assert one.ignored == {"instance"}
                assert one.kept
                assert one.inputs["deletionPolicy"] == "ABANDON"


def test_the_verbs_and_the_program_mean_the_same_settings() -> None:
    """What a role verb gives the new leader is what the program then declares."""
    plan = compile_plan(load(EXAMPLE), "gcp", {"ledger-a": "tokyo-1"})
    database = plan.databases[0]
    own = leader_settings(plan, database, managed_instances(plan, database), "tokyo-1")
    declared = instances(ask(roles={"ledger-a": "tokyo-1"}))["tokyo-1"].inputs["settings"]
    assert {key: declared[key] for key in own} == own


@pytest.mark.parametrize(
    ("site", "place", "said"),
    [
        ("lantau", {"zone": None}, "no zone"),
        ("lantau", {"zone": "asia-east2-a"}, "a zone of its own"),
        ("lantau", {"region": "asia-east1", "zone": "asia-east1-a"}, "two zones of one"),
        ("tokyo-1", {"project": "other-project"}, "several projects"),
        ("tokyo-1", {"region": "asia-east2", "zone": "asia-east2-c"}, "has 2 zones"),
    ],
)
def test_what_an_instance_cannot_stand_for_is_refused(
    tmp_path: Path, site: str, place: dict[str, Any], said: str
) -> None:
    """The reason names the database and what to do."""

    def change(spec: dict[str, Any]) -> None:
        spec["sites"][site]["gcp"] |= place
        spec["sites"][site]["gcp"] = {k: v for k, v in spec["sites"][site]["gcp"].items() if v}

    plan = compile_plan(load(variant(tmp_path, change)), "gcp")
    with pytest.raises(ManagedServiceError, match=said):
        managed_instances(plan, plan.databases[0])
