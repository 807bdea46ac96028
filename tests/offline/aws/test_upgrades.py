"""Upgrades on the emulated RDS: copies first, major versions only when allowed, groups that fit."""

from typing import Any

import pytest

from tests.offline.aws.conftest import REMOTE
from tests.offline.aws.test_server import refused

pytestmark = pytest.mark.cloud


def _pair(cloud: Any) -> tuple[Any, Any]:
    """An instance and its copy in another region, by their regions' clients."""
    city, remote = cloud.client("rds"), cloud.client("rds", REMOTE)
    city.create_db_instance(
        DBInstanceIdentifier="a",
        Engine="postgres",
        EngineVersion="16.8",
        DBInstanceClass="db.m6g.large",
        AllocatedStorage=200,
        MasterUsername="pg",
        MasterUserPassword="long-enough-1",
    )
    source = city.describe_db_instances()["DBInstances"][0]["DBInstanceArn"]
    remote.create_db_instance_read_replica(
        DBInstanceIdentifier="b", SourceDBInstanceIdentifier=source
    )
    return city, remote


def _modify(client: Any, name: str, **asked: Any) -> None:
    client.modify_db_instance(DBInstanceIdentifier=name, ApplyImmediately=True, **asked)


def test_copies_are_upgraded_before_their_source(cloud: Any) -> None:
    """As RDS refuses it: DBUpgradeDependencyFailure, then the copy, then the source."""
    city, remote = _pair(cloud)
    modify = city.modify_db_instance
    assert refused(modify, DBInstanceIdentifier="a", EngineVersion="16.10") == (
        "DBUpgradeDependencyFailure"
    )
    _modify(remote, "b", EngineVersion="16.10")
    _modify(city, "a", EngineVersion="16.10")
    for one in (city, remote):
        assert one.describe_db_instances()["DBInstances"][0]["EngineVersion"] == "16.10"
    combination = "InvalidParameterCombination"
    for asked in (
        {"EngineVersion": "17.4"},
        {"EngineVersion": "16.8"},
        {"EngineVersion": "16.99"},
        {"AllocatedStorage": 100},
    ):
        assert refused(modify, DBInstanceIdentifier="a", **asked) == combination
    assert remote.describe_db_instances()["DBInstances"][0]["AllocatedStorage"] == 200


def test_a_group_of_parameters_fits_the_version(cloud: Any) -> None:
    """Another family's group is refused; with the upgrade that it is for it is taken."""
    city = cloud.client("rds")
    city.create_db_parameter_group(
        DBParameterGroupName="p17", DBParameterGroupFamily="postgres17", Description="of a test"
    )
    city.create_db_instance(
        DBInstanceIdentifier="alone",
        Engine="postgres",
        EngineVersion="16.8",
        DBInstanceClass="db.m6g.large",
        AllocatedStorage=20,
        MasterUsername="pg",
        MasterUserPassword="long-enough-1",
    )
    asked: dict[str, Any] = {"DBInstanceIdentifier": "alone", "DBParameterGroupName": "p17"}
    assert refused(city.modify_db_instance, **asked) == "InvalidParameterCombination"
    city.modify_db_instance(**asked, EngineVersion="17.4", AllowMajorVersionUpgrade=True)
