"""The name of a leader on RDS in the emulated Route 53, after its region has fallen silent.

The state machine and the bundle each do it alone: what they ask is what the cloud takes.
"""

import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from botocore.config import Config

from tests.components.machine_cloud import asks
from tests.components.machine_run import Run
from tricenter.components.aws.moves import Move
from tricenter.components.aws.states import Machine, definition
from tricenter.components.aws.turns import Turn
from tricenter.topology.aws_names import regional_id
from tricenter.topology.compile import compile_plan
from tricenter.topology.dns.leader_name import name_to_turn, zone_comment
from tricenter.topology.plan import Plan
from tricenter.topology.render.bundle import files_for
from tricenter.topology.validate import load

pytestmark = pytest.mark.cloud

ROOT = Path(__file__).parents[3]
CITY, REMOTE = "ap-southeast-1", "ap-northeast-1"
OTHER_TTL = 300


@cache
def plan() -> Plan:
    """The reference with one database, on RDS."""
    found = compile_plan(load(ROOT / "stacks/ledger-aws.yaml"), "aws")
    first = replace(found.databases[0], service="rds")
    (lost,) = (one for one in found.scenarios if one.id == "lose-city:singapore")
    return replace(
        found,
        databases=(first,),
        scenarios=(replace(lost, outcomes=lost.outcomes[:1]),),
        backups=tuple(replace(backup, databases=(first.name,)) for backup in found.backups),
    )


def client(cloud: Any, service: str, region: str, patience_s: float = 30.0) -> Any:
    """A client that tries once."""
    import boto3

    config = Config(read_timeout=patience_s, retries={"total_max_attempts": 1})
    keys = {"aws_access_key_id": "offline", "aws_secret_access_key": "offline"}
    return boto3.client(service, region_name=region, endpoint_url=cloud.url, config=config, **keys)


def build(cloud: Any, stack: str) -> str:
    """A leader in the city, a copy abroad, and a zone with two names; the zone's id."""
    database = plan().databases[0]
    made = {region: regional_id(stack, database.name, region) for region in (CITY, REMOTE)}
    shape = {"DBInstanceClass": "db.m6g.large"}
    first = cloud.client("rds").create_db_instance(
        DBInstanceIdentifier=made[CITY], Engine="postgres", AllocatedStorage=20,
        MasterUsername="pg", MasterUserPassword="long-enough-1", **shape,
    )["DBInstance"]  # fmt: skip
    cloud.client("rds", REMOTE).create_db_instance_read_replica(
        DBInstanceIdentifier=made[REMOTE],
        SourceDBInstanceIdentifier=first["DBInstanceArn"],
        SourceRegion=CITY,
        **shape,
    )
    names = cloud.client("route53")
    for owner in ("ledger-other", stack):
        zone = names.create_hosted_zone(
            Name=plan().zone.name,
            CallerReference=owner,
            HostedZoneConfig={"Comment": zone_comment(owner)},
        )["HostedZone"]["Id"]
        for own in (database.writer, f"other.{plan().zone.name}"):
            change(names, zone, own, first["Endpoint"]["Address"])
    return zone.rpartition("/")[2]


def change(names: Any, zone: str, name: str, host: str) -> None:
    """Make a name of a zone."""
    record = {"Name": name, "Type": "CNAME", "TTL": OTHER_TTL, "ResourceRecords": [{"Value": host}]}
    changes = [{"Action": "CREATE", "ResourceRecordSet": record}]
    names.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def records(cloud: Any) -> dict[tuple[str, str], tuple[str, int]]:
    """Each zone's comment and name, with the host that it leads to and its TTL."""
    names = cloud.client("route53")
    return {
        (zone["Config"]["Comment"], record["Name"]): (
            record["ResourceRecords"][0]["Value"],
            record["TTL"],
        )
        for zone in names.list_hosted_zones()["HostedZones"]
        for record in names.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
        if record["Type"] == "CNAME"
    }


def silence(cloud: Any, verb: str) -> None:
    """Begin (PUT) or end (DELETE) the city's silence."""
    with urlopen(Request(f"{cloud.url}/tricenter/silent/{CITY}", method=verb)) as answer:  # noqa: S310
        assert answer.status == 204


def only_one_turned(cloud: Any, stack: str, before: Any) -> None:
    """The leader's name of this stack leads abroad for as long as the spec says, and no other."""
    database = plan().databases[0]
    own = name_to_turn(plan(), database)
    assert own is not None
    abroad = cloud.client("rds", REMOTE).describe_db_instances()["DBInstances"][0]
    assert not abroad.get("ReadReplicaSourceDBInstanceIdentifier")
    turned = {(zone_comment(stack), f"{own.name}."): (abroad["Endpoint"]["Address"], own.ttl)}
    assert records(cloud) == before | turned != before


def test_a_silent_region_hangs(cloud: Any) -> None:
    """No answer, not even a refusal; the others go on, and afterwards it is as it was."""
    from botocore.exceptions import ReadTimeoutError

    silence(cloud, "PUT")
    with pytest.raises(ReadTimeoutError):
        client(cloud, "rds", CITY, 1.0).describe_db_instances()
    assert client(cloud, "rds", REMOTE).describe_db_instances()["DBInstances"] == []
    silence(cloud, "DELETE")
    assert client(cloud, "rds", CITY).describe_db_instances()["DBInstances"] == []


def test_the_state_machine_turns_the_name(cloud: Any) -> None:
    """It promotes the copy and turns the name with nothing but what answers."""
    stack, database = "ledger-machine", plan().databases[0]
    zone, own = build(cloud, stack), name_to_turn(plan(), database)
    assert own is not None
    before = records(cloud)
    target = regional_id(stack, database.name, REMOTE)
    turn = Turn(zone=zone, name=own)
    machine = Machine(
        title=stack,
        variant="forced",
        moves=[Move(database=database.name, group=None, target=target, turn=turn)],
        topic="topic",
        region=REMOTE,
        fence=("fence", {"region": CITY, "acl": "acl-1"}),
    )

    silence(cloud, "PUT")
    run = Run("", reachable=False, cloud=asks(lambda service: client(cloud, service, REMOTE)))
    assert run(definition(machine)) == "Tell", run.moves
    only_one_turned(cloud, stack, before)


def test_the_bundle_turns_the_name(cloud: Any, tmp_path: Path) -> None:
    """The same by a bare Python, in the zone of its own stack, though another has its name."""
    stack = "ledger-bundle"
    build(cloud, stack)
    before = records(cloud)
    start = "bundles/lose-city-singapore/"
    for file in files_for(plan(), stack):
        if file.path.startswith(start):
            (tmp_path / file.path.removeprefix(start)).write_text(file.text, encoding="utf-8")
    silence(cloud, "PUT")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(tmp_path / "run.py")],
        input="run\nlose-city:singapore\n" + "run\n" * 12,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "TRICENTER_BUNDLE_ENDPOINT": cloud.url,
            "AWS_ACCESS_KEY_ID": "offline",
            "AWS_SECRET_ACCESS_KEY": "offline",
        },
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "failed" not in done.stdout
    only_one_turned(cloud, stack, before)
