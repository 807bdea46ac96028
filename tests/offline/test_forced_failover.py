"""A forced failover as it happens: a city falls silent, another leads, the city comes back.

It comes back with an old leader and the data of before, which is let in; then roles are swapped
back. Between the steps `pulumi up` runs as if nobody knew of any of it, and must do no harm.

A database of our own has witnesses here, so that its store keeps a majority without the city. By
itself Patroni (its own code) does not move it: one site alone cannot tell whether it has every
commit. Without witnesses the store is lost with the city, and the steps that come then are commands
of a machine: emulated ones run none, so that the lab plays those.
"""

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
import yaml

from tests.components.machine_cloud import asks
from tests.components.machine_run import Run
from tests.offline.reference_walk import Begin, Walk
from tests.offline.small_spec import KEPT, small_spec
from tricenter.lab.waits import until

pytestmark = [pytest.mark.cloud, pytest.mark.long, pytest.mark.timeout(1800)]

CITY, REMOTE = "ap-southeast-1", "ap-northeast-1"
FAR = "tokyo-1"
BACK_S = 120.0
"""What an old leader that a cloud lets in by itself may take on an emulated one."""
Step = Callable[[Walk], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """How a service is played: who forces the failover, lets the old leader in, swaps back.

    `city` is the region that falls silent, `far` the other, `near` the city's sites, the preferred
    one first; `leads` tells
    the region that clients are led to, where a name of ours does that; `more` is what else the spec
    has.
    """

    target: str
    city: str
    far: str
    near: tuple[str, str]
    database: dict[str, Any]
    force: Step
    let_in: Step
    swap_back: Step
    leads: Callable[[Walk], str] | None = None
    more: dict[str, Any] = field(default_factory=dict[str, Any])


def spec_of(service: Service, folder: Path) -> Path:
    """The small reference on a service, with what that can keep."""
    path = small_spec(service.target, folder)
    spec: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    spec["databases"][KEPT] |= service.database
    spec |= service.more
    if service.database:
        spec["objectives"] = {"lose-all": {"rpo": "37h", "rto": "24h"}}
    path.write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")
    return path


def away(walk: Walk, service: Service, verb: str, way: str) -> None:
    """The city falls silent (PUT), or is back (DELETE); back it is stale till that ends, too."""
    name = "AWS_ENDPOINT_URL" if service.target == "aws" else "GOOGLE_COMPUTE_CUSTOM_ENDPOINT"
    address = urlsplit(walk.environment[name])
    url = f"{address.scheme}://{address.netloc}/tricenter/{way}/{service.city}"
    with urlopen(Request(url, method=verb)) as answer:  # noqa: S310 - ours
        assert answer.status == 204


def status(walk: Walk) -> tuple[str, dict[str, str]]:
    """Who leads, and how each site is; `tricenter status` ends with 1 while not all is well.

    Nobody and nothing while none can be asked, as while machines start.
    """
    command = ["tricenter", "status", "--stack", walk.stack, "--format", "json"]
    done = subprocess.run(command, env=walk.environment, capture_output=True, text=True)
    if not done.stdout.startswith("{"):
        return "", {}
    (found,) = json.loads(done.stdout)["databases"]
    return found["leader"], {member["site"]: member["health"] for member in found["members"]}


def led_to(walk: Walk) -> str:
    """The region of the instance that the leader's name leads to."""
    names = walk.aws_client("route53", "us-east-1")
    (zone,) = names.list_hosted_zones()["HostedZones"]
    found = names.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    (record,) = [one for one in found if one["Type"] == "CNAME"]
    return record["ResourceRecords"][0]["Value"].split(".")[2]


def address_led_to(walk: Walk) -> str:
    """The region of the instance whose address the leader's name leads to."""
    told = json.loads(walk.pulumi("stack", "export"))["deployment"]["resources"]
    places = {
        one["outputs"]["ipAddress"]: one["inputs"]["cluster"].split("/")[3]
        for one in told
        if one["type"] == "gcp:alloydb/instance:Instance"
    }
    (path,) = [
        one["id"]
        for one in told
        if one["type"] == "gcp:dns/recordSet:RecordSet" and f"/{KEPT}-rw." in one["id"]
    ]
    url = f"{walk.environment['GOOGLE_DNS_CUSTOM_ENDPOINT']}{path}"
    asked = Request(url, headers={"Authorization": "Bearer offline"})  # noqa: S310 - ours
    with urlopen(asked) as answer:  # noqa: S310 - ours
        (address,) = json.load(answer)["rrdatas"]
    return places[address]


def run_machine(walk: Walk) -> None:
    """The city's forced machine, as it was deployed and with nothing but what answers."""
    machines = walk.aws_client("stepfunctions", REMOTE)
    (arn,) = [
        one["stateMachineArn"]
        for one in machines.list_state_machines()["stateMachines"]
        if "singapore-forced" in one["name"]
    ]
    told = machines.describe_state_machine(stateMachineArn=arn)["definition"]
    run = Run("", reachable=False, cloud=asks(lambda service: walk.aws_client(service, REMOTE)))
    assert run(json.loads(told)) == "Tell", run.moves


def force_to(site: str) -> Step:
    """The verb. Nobody offline measures a lag, so what may be lost is not known."""
    flags = ("--accept-loss", "unknown", "--yes")
    return lambda walk: walk.tricenter("failover", "--to", site, *flags, "--stack", walk.stack)


def make_anew(walk: Walk, region: str = CITY) -> None:
    """As docs/clouds.md has it: the old leader is deleted, and made anew as a copy."""
    rds = walk.aws_client("rds", region)
    (old,) = rds.describe_db_instances()["DBInstances"]
    assert not old.get("ReadReplicaSourceDBInstanceIdentifier")
    rds.delete_db_instance(DBInstanceIdentifier=old["DBInstanceIdentifier"], SkipFinalSnapshot=True)
    up(walk, "--refresh")
    (new,) = rds.describe_db_instances()["DBInstances"]
    assert new["ReadReplicaSourceDBInstanceIdentifier"]


def all_follow(walk: Walk) -> None:
    """Aurora, Cloud SQL and AlloyDB make a copy of an old leader once they are told of its region,
    Patroni once its machine is back: nobody asks them to."""
    until(
        lambda: set(status(walk)[1].values()) == {"leads", "follows"},
        *(BACK_S, "a leader, and each other site a copy that follows it"),
        every=2.0,
    )


def fail_back(walk: Walk) -> None:
    """The verb, which waits for copies, and takes the fence away that cut the old leader off."""
    walk.tricenter("failback", "--yes", "--stack", walk.stack)


def force_back(walk: Walk) -> None:
    """RDS has no planned way between regions; who led abroad is made anew, too."""
    force_to("jurong")(walk)
    make_anew(walk, REMOTE)


WITNESSES: dict[str, Any] = {
    city: {"at": at, "aws": {"region": region, "zone": f"{region}a"}}
    for city, at, region in (
        ("osaka", [34.69, 135.5], "ap-northeast-3"),
        ("seoul", [37.57, 126.98], "ap-northeast-2"),
    )
}
ON_AWS: dict[str, Any] = {
    "target": "aws",
    "city": CITY,
    "far": REMOTE,
    "near": ("jurong", "changi"),
}
ON_GOOGLE: dict[str, Any] = {
    "target": "gcp",
    "city": "asia-east2",
    "far": "asia-northeast1",
    "near": ("kowloon", "lantau"),
    "force": force_to(FAR),
    "let_in": all_follow,
    "swap_back": fail_back,
}
SERVICES = {
    "aurora": Service(
        **ON_AWS,
        database={},
        force=force_to(FAR),
        let_in=all_follow,
        swap_back=fail_back,
    ),
    "cloud-sql": Service(**ON_GOOGLE, database={}),
    "alloydb": Service(
        **ON_GOOGLE,
        database={"gcp": {"service": "alloydb", "machine": "n2-highmem-2"}},
        leads=address_led_to,
    ),
    "rds": Service(
        **ON_AWS,
        database={
            "aws": {"service": "rds", "instance": "db.r6g.large"},
            "replicas": {"changi": {"voter": True}, FAR: {}},
        },
        force=run_machine,
        let_in=make_anew,
        swap_back=force_back,
        leads=led_to,
    ),
    "self-managed": Service(
        **ON_AWS,
        database={
            "version": "16",
            "aws": {"service": "self-managed", "instance": "m6g.large"},
            "commit": {"mode": "quorum", "acks": 1},
            "replicas": {"changi": {"voter": True}, FAR: {"voter": True}},
        },
        more={"witnesses": WITNESSES},
        force=force_to(FAR),
        let_in=all_follow,
        swap_back=fail_back,
    ),
}


def up(walk: Walk, *flags: str) -> str:
    """What `pulumi up` says; nothing that holds data goes or is replaced by it."""
    said = walk.pulumi("up", "--yes", "--skip-preview", *flags)
    assert " deleted" not in said and " replaced" not in said, said[-3000:]
    return said


def unharmed(walk: Walk, service: Service, leader: str, region: str) -> dict[str, str]:
    """`pulumi up` changes neither who leads nor whom clients find; how each site is."""
    up(walk)
    found, health = status(walk)
    assert found == leader
    assert service.leads is None or service.leads(walk) == region
    return health


@pytest.mark.parametrize("name", SERVICES)
def test_a_forced_failover(begin: Begin, tmp_path: Path, name: str) -> None:
    """Silence, a forced change, an old leader that is back, its return as a copy, and the way back.

    In the end all is as it was before.
    """
    service = SERVICES[name]
    walk = begin(service.target, spec=spec_of(service, tmp_path))
    walk.pulumi("config", "set", "tricenter:enforce", "advisory")
    up(walk)
    all_follow(walk)
    away(walk, service, "PUT", "silent")
    up(walk, "--expect-no-changes")
    service.force(walk)
    health = unharmed(walk, service, FAR, service.far)
    assert health == dict.fromkeys(service.near, "unknown") | {FAR: "leads"}
    away(walk, service, "PUT", "stale")
    away(walk, service, "DELETE", "silent")
    unharmed(walk, service, FAR, service.far)
    away(walk, service, "DELETE", "stale")
    service.let_in(walk)
    health = unharmed(walk, service, FAR, service.far)
    assert health == dict.fromkeys(service.near, "follows") | {FAR: "leads"}
    service.swap_back(walk)
    unharmed(walk, service, service.near[0], service.city)
    walk.unchanged()
    walk.pulumi("destroy", "--yes", "--skip-preview")
