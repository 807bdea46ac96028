"""Edited versions and sizes of managed databases reach the emulated AWS, with the engine.

So do edited rules of a public name for subnets of clients, on the way.
"""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.offline.reference_walk import Begin, Walk
from tests.offline.small_spec import KEPT, small_spec

pytestmark = [pytest.mark.cloud, pytest.mark.long, pytest.mark.timeout(1800)]

CITY, REMOTE = "ap-southeast-1", "ap-northeast-1"


def edited(path: Path, **changes: Any) -> None:
    """The spec's one database with other values."""
    spec: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    spec["databases"][KEPT] |= changes
    if "aws" in changes:
        spec["databases"][KEPT]["replicas"]["tokyo-1"] = {}
        spec["objectives"] = {"lose-all": {"rpo": "37h", "rto": "24h"}}
    path.write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")


def near_for(path: Path, subnets: list[str]) -> None:
    """The spec with a rule of its public name for these subnets, in place of the one for others."""
    spec: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    record = spec["dns"]["records"]["api"]
    others = [rule for rule in record["rules"] if "subnets" not in rule]
    own = [{"subnets": subnets, "order": ["changi"]}] if subnets else []
    record["rules"] = [*own, *others]
    path.write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")


def led_apart(walk: Walk) -> set[str]:
    """The subnets that Route 53 leads by rules of their own."""
    names = walk.aws_client("route53", "us-east-1")
    return {
        block["CidrBlock"]
        for one in names.list_cidr_collections()["CidrCollections"]
        for block in names.list_cidr_blocks(CollectionId=one["Id"])["CidrBlocks"]
    }


def up(walk: Walk) -> str:
    """What `pulumi up` says."""
    return walk.pulumi("up", "--yes", "--skip-preview")


def asked(walk: Walk, operation: str, key: str, **members: str) -> dict[str, list[Any]]:
    """What the API says of each region's instances or clusters."""
    told: dict[str, list[Any]] = {}
    for region in (CITY, REMOTE):
        (found,) = getattr(walk.aws_client("rds", region), operation)()[key]
        told[region] = [found[member] for member in members.values()]
    return told


def instances(walk: Walk) -> dict[str, list[Any]]:
    """Version and GiB of each region's RDS instance."""
    told = asked(
        walk, "describe_db_instances", "DBInstances", v="EngineVersion", s="AllocatedStorage"
    )
    return json.loads(json.dumps(told))


def test_an_rds_database_is_upgraded_and_grows(begin: Begin, tmp_path: Path) -> None:
    """The copy first, then the leader; another major version is refused before anything is done."""
    spec = small_spec("aws", tmp_path)
    on_rds = {"service": "rds", "instance": "db.r6g.large"}
    edited(spec, aws=on_rds, version="16.8", size="200GiB")
    walk = begin("aws", spec=spec)
    walk.pulumi("config", "set", "tricenter:enforce", "advisory")
    up(walk)
    assert instances(walk) == {CITY: ["16.8", 200], REMOTE: ["16.8", 200]}
    edited(spec, version="16.10", size="400GiB")
    assert "comes to the copies first" in up(walk)
    assert instances(walk) == {CITY: ["16.8", 400], REMOTE: ["16.10", 400]}
    up(walk)
    assert instances(walk) == {CITY: ["16.10", 400], REMOTE: ["16.10", 400]}
    walk.unchanged()
    edited(spec, version="17.4")
    with pytest.raises(AssertionError, match="RDS does not take copies in other regions"):
        up(walk)
    assert instances(walk) == {CITY: ["16.10", 400], REMOTE: ["16.10", 400]}
    walk.pulumi("destroy", "--yes", "--skip-preview")


def test_a_global_database_is_upgraded(begin: Begin, tmp_path: Path) -> None:
    """A minor version, and a major one, whose parameters are ours again afterwards."""
    spec = small_spec("aws", tmp_path)
    edited(spec, version="16.8")
    walk = begin("aws", spec=spec)
    walk.pulumi("config", "set", "tricenter:enforce", "advisory")
    up(walk)
    for version, replicas, subnets in (
        ("16.10", None, ["198.51.100.0/24"]),
        ("16.10", {}, ["198.51.0.0/16", "2001:db8::/48"]),
        ("17.4", {}, []),
    ):
        changes: dict[str, Any] = {"version": version}
        if replicas is not None:
            changes["replicas"] = {"changi": {"voter": True}, "tokyo-1": replicas}
        edited(spec, **changes)
        near_for(spec, subnets)
        up(walk)
        assert led_apart(walk) == set(subnets)
        told = asked(
            walk,
            "describe_db_clusters",
            "DBClusters",
            v="EngineVersion",
            g="DBClusterParameterGroup",
        )
        family = version.partition(".")[0]
        assert {found for found, _ in told.values()} == {version}
        assert all(group.endswith(f"-pg{family}") for _, group in told.values()), told
    walk.unchanged()
    walk.pulumi("destroy", "--yes", "--skip-preview")
