"""The calls to AWS: RDS's query API, at the endpoint of a region that survives."""

import re
from collections.abc import Mapping

from tricenter.topology.aws_names import global_cluster_id, member_id, partition_of, regional_id
from tricenter.topology.bundle.model import Call, Expect
from tricenter.topology.endpoints import host_of

VERSION = "2014-10-31"
"""The version of RDS's API."""
ACCOUNT = "{account}"
"""Filled in when a bundle runs: the account of the credentials."""
FORM = "application/x-www-form-urlencoded; charset=utf-8"
PLAIN = re.compile(r"[\w:{}.-]+")
"""What names of RDS are made of, and the places of values that are filled in."""
ROLE_CHANGE_S = 1800
"""Seconds to wait for a change of roles; a user measured eight minutes for a forced one."""


def rds(
    region: str, operation: str, arguments: Mapping[str, str], by_hand: str = "", **more: object
) -> Call:
    """One call to RDS."""
    body = _form({"Action": operation, "Version": VERSION, **arguments})
    command = [_dashed(operation), *_options(arguments)]
    return Call(
        cloud="aws",
        service="rds",
        operation=operation,
        region=region,
        method="POST",
        urls=(f"https://{host_of('aws', 'rds', region)}/",),
        headers={"Content-Type": FORM},
        body=body,
        by_hand=by_hand or " ".join(["aws rds", *command, "--region", region]),
        **more,  # pyright: ignore[reportArgumentType]
    )


def cluster_arn(region: str, stack: str, database: str) -> str:
    """The ARN of a region's cluster; the account is filled in later."""
    own = regional_id(stack, database, region)
    return f"arn:{partition_of(region)}:rds:{region}:{ACCOUNT}:cluster:{own}"


def observe_global(stack: str, database: str, region: str) -> Call:
    """Ask the surviving region who writes. RDS calls the global cluster itself a member, too."""
    name = {"GlobalClusterIdentifier": global_cluster_id(stack, database)}
    return rds(region, "DescribeGlobalClusters", name, expect=Expect(element="GlobalClusterMember"))


def switch_region(stack: str, database: str, *, at: str, to: str) -> Call:
    """Make another region's cluster the writing one as planned: asked `at` the one that leads.

    Checked 2026-11-30:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
    """
    return rds(at, "SwitchoverGlobalCluster", _change(stack, database, to))


def force_region(stack: str, database: str, region: str) -> Call:
    """The same by force, asked where it takes over: what has not arrived there is lost."""
    arguments = _change(stack, database, region) | {"AllowDataLoss": "true"}
    return rds(region, "FailoverGlobalCluster", arguments)


def _change(stack: str, database: str, region: str) -> dict[str, str]:
    return {
        "GlobalClusterIdentifier": global_cluster_id(stack, database),
        "TargetDbClusterIdentifier": cluster_arn(region, stack, database),
    }


def writes_in_region(stack: str, database: str, region: str) -> Call:
    """Wait until the region's cluster is the writing one."""
    arn = cluster_arn(region, stack, database)
    return rds(
        region,
        "DescribeGlobalClusters",
        {"GlobalClusterIdentifier": global_cluster_id(stack, database)},
        expect=Expect(
            element="GlobalClusterMember",
            having={"DBClusterArn": arn},
            equals={"IsWriter": "true"},
        ),
        seconds=ROLE_CHANGE_S,
    )


def observe_cluster(stack: str, database: str, region: str) -> Call:
    """Ask a region's cluster which of its instances writes."""
    name = {"DBClusterIdentifier": regional_id(stack, database, region)}
    return rds(region, "DescribeDBClusters", name, expect=Expect(element="DBCluster"))


def change_zone(stack: str, database: str, region: str, site: str) -> Call:
    """Make a site's instance the writing one of its region's cluster; the storage is common."""
    arguments = {
        "DBClusterIdentifier": regional_id(stack, database, region),
        "TargetDBInstanceIdentifier": member_id(stack, database, site),
    }
    return rds(region, "FailoverDBCluster", arguments)


def writes_in_zone(stack: str, database: str, region: str, site: str) -> Call:
    """Wait until a site's instance writes."""
    return rds(
        region,
        "DescribeDBClusters",
        {"DBClusterIdentifier": regional_id(stack, database, region)},
        expect=Expect(
            element="DBClusterMember",
            having={"DBInstanceIdentifier": member_id(stack, database, site)},
            equals={"IsClusterWriter": "true"},
        ),
        seconds=ROLE_CHANGE_S,
    )


def observe_instance(stack: str, database: str, region: str) -> Call:
    """RDS: ask a region's instance for its state."""
    name = {"DBInstanceIdentifier": regional_id(stack, database, region)}
    return rds(region, "DescribeDBInstances", name, expect=Expect(element="DBInstance"))


def promote_instance(stack: str, database: str, region: str) -> Call:
    """RDS: make a region's replica stand alone; PostgreSQL on RDS knows no planned change."""
    name = {"DBInstanceIdentifier": regional_id(stack, database, region)}
    return rds(region, "PromoteReadReplica", name)


def reboot_to_standby(stack: str, database: str, region: str) -> Call:
    """RDS: move a Multi-AZ instance to its other zone."""
    arguments = {
        "DBInstanceIdentifier": regional_id(stack, database, region),
        "ForceFailover": "true",
    }
    return rds(region, "RebootDBInstance", arguments)


def instance_available(stack: str, database: str, region: str) -> Call:
    """RDS: wait until a region's instance serves and replicates from nobody."""
    name = regional_id(stack, database, region)
    return rds(
        region,
        "DescribeDBInstances",
        {"DBInstanceIdentifier": name},
        expect=Expect(
            element="DBInstance",
            having={"DBInstanceIdentifier": name},
            equals={"DBInstanceStatus": "available", "ReadReplicaSourceDBInstanceIdentifier": ""},
        ),
        seconds=ROLE_CHANGE_S,
    )


def _form(arguments: Mapping[str, str]) -> str:
    """The arguments as a form; the runner encodes it once the account is known."""
    for value in arguments.values():
        if not PLAIN.fullmatch(value):
            raise ValueError(f"{value!r} cannot be in a bundle as it is")
    return "&".join(f"{name}={value}" for name, value in arguments.items())


def _dashed(word: str) -> str:
    """AWS's command line: `FailoverDBCluster` is `failover-db-cluster`."""
    spaced = ""
    for index, letter in enumerate(word):
        after = word[index + 1 : index + 2]
        starts = letter.isupper() and index and (word[index - 1].islower() or after.islower())
        spaced += ("-" if starts else "") + letter.lower()
    return spaced


def _options(arguments: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    for name, value in arguments.items():
        found += [f"--{_dashed(name)}"] + ([] if value == "true" else [value])
    return found
