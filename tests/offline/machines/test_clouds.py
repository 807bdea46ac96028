"""What the emulated clouds say of their machines, asked as any client of theirs would."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest

from tricenter.offline.aws import daemon as aws_daemon
from tricenter.offline.gcp import daemon as gcp_daemon
from tricenter.offline.machines.aws import Aws
from tricenter.offline.machines.google import Google
from tricenter.offline.session import look
from tricenter.topology.render.startup_script import head

pytestmark = pytest.mark.cloud

REGION, ZONE = "ap-southeast-1", "projects/test/zones/asia-southeast2-a"
USER_DATA = b'#cloud-config\nruncmd: [["true", "a\\tb"]]\n'


@pytest.fixture(scope="module")
def amazon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The state of an emulated AWS, and its address."""
    state = tmp_path_factory.mktemp("aws")
    yield state, aws_daemon.start(state)
    aws_daemon.stop(state)


def ec2(url: str) -> Any:
    """A client of EC2."""
    keys = {"aws_access_key_id": "offline", "aws_secret_access_key": "offline"}
    session: Any = boto3.Session()
    return session.client("ec2", region_name=REGION, endpoint_url=url, **keys)


def made(client: Any) -> str:
    """An instance with three addresses and a data disk; its id."""
    network = client.create_vpc(CidrBlock="10.64.0.0/16")["Vpc"]["VpcId"]
    subnet = client.create_subnet(VpcId=network, CidrBlock="10.64.0.0/20")["Subnet"]
    wanted = [
        {"PrivateIpAddress": f"10.64.0.{number}", "Primary": number == 10}
        for number in (10, 11, 12)
    ]
    device = {"DeviceIndex": 0, "SubnetId": subnet["SubnetId"], "PrivateIpAddresses": wanted}
    answer = client.run_instances(
        ImageId="ami-12c6146b", MinCount=1, MaxCount=1, NetworkInterfaces=[device],
        UserData=USER_DATA.decode(),
    )  # fmt: skip
    name = str(answer["Instances"][0]["InstanceId"])
    zone = answer["Instances"][0]["Placement"]["AvailabilityZone"]
    volume = client.create_volume(AvailabilityZone=zone, Size=10)["VolumeId"]
    client.attach_volume(InstanceId=name, VolumeId=volume, Device="/dev/sdf")
    return name


def test_machines_of_aws(amazon: tuple[Path, str]) -> None:
    """An instance has its addresses, disk and user data; stopped, lost or ended it does not run."""
    state, url = amazon
    cloud, client = Aws(state), ec2(url)
    before = cloud.mark()
    assert list(cloud.instances()) == []
    name = made(client)
    assert cloud.mark() != before
    (found,) = cloud.instances()
    assert (found.name, found.place, found.runs) == (name, REGION, True)
    assert found.addresses == ("10.64.0.10", "10.64.0.11", "10.64.0.12")
    assert found.disk is not None
    assert cloud.first_boot(found).commands == (("true", "a\tb"),)
    client.stop_instances(InstanceIds=[name])
    assert [one.runs for one in cloud.instances()] == [False]
    client.start_instances(InstanceIds=[name])
    assert list(cloud.instances()) == [found]
    for verb, runs in (("PUT", False), ("DELETE", True)):
        with urlopen(Request(f"{url}/tricenter/lost/{REGION}", method=verb)):  # noqa: S310
            assert [one.runs for one in cloud.instances()] == [runs]
    client.terminate_instances(InstanceIds=[name])
    assert list(cloud.instances()) == []
    with pytest.raises(OSError, match="get_secret_value"):
        cloud.secret("none", REGION, None)


def test_an_aws_that_does_not_run_cannot_be_asked(tmp_path: Path) -> None:
    """Nothing is known then, which is not the same as that there is nothing."""
    assert Aws(tmp_path).mark() is None
    with pytest.raises(OSError, match="does not run"):
        list(Aws(tmp_path).instances())


def test_machines_of_google(tmp_path: Path) -> None:
    """An instance has its addresses, disk and what its image reads; stopped it does not run."""
    url = gcp_daemon.start(tmp_path)
    cloud = Google(tmp_path)
    assert list(cloud.instances()) == []
    base = f"{url}/compute.googleapis.com/compute/v1/projects/test"
    try:
        make(f"{base}/global/networks", {"name": "net", "autoCreateSubnetworks": False})
        where = "projects/test/regions/asia-southeast2/subnetworks/sub"
        make(
            f"{base}/regions/asia-southeast2/subnetworks",
            {"name": "sub", "network": "projects/test/global/networks/net",
             "ipCidrRange": "10.65.0.0/20"},
        )  # fmt: skip
        make(f"{url}/compute.googleapis.com/compute/v1/{ZONE}/disks", {"name": "d", "sizeGb": "10"})
        make(f"{url}/compute.googleapis.com/compute/v1/{ZONE}/instances", machine(where))
        (found,) = cloud.instances()
        assert (found.name, found.place, found.runs) == ("m", ZONE, True)
        assert found.addresses == ("10.65.0.10", "10.65.0.11")
        assert found.disk is not None
        assert found.disk.endswith("disks_d")
        assert cloud.first_boot(found).commands == (("true", "b"),)
        make(f"{url}/compute.googleapis.com/compute/v1/{ZONE}/instances/m/stop", {})
        assert [one.runs for one in cloud.instances()] == [False]
        with pytest.raises(OSError, match="404"):
            cloud.secret("none", "", "test")
    finally:
        gcp_daemon.stop(tmp_path)
    with pytest.raises(OSError, match="does not run"):
        list(cloud.instances())


def machine(subnetwork: str) -> dict[str, Any]:
    """An instance with a further address and a data disk."""
    image = "projects/debian-cloud/global/images/family/debian-12"
    return {
        "name": "m",
        "machineType": f"{ZONE}/machineTypes/e2-medium",
        "disks": [
            {"boot": True, "initializeParams": {"sourceImage": image}},
            {"source": f"{ZONE}/disks/d", "deviceName": "tricenter-data"},
        ],
        "networkInterfaces": [
            {
                "subnetwork": subnetwork,
                "networkIP": "10.65.0.10",
                "aliasIpRanges": [{"ipCidrRange": "10.65.0.11/32"}],
            }
        ],
        "metadata": {
            "items": [
                {"key": "user-data", "value": USER_DATA.decode()},
                {"key": "startup-script", "value": head() + "run true b\n"},
            ]
        },
    }


def make(url: str, body: dict[str, Any]) -> None:
    """Post what must be taken."""
    head = {"Content-Type": "application/json"}
    asked = Request(url, data=json.dumps(body).encode(), headers=head, method="POST")  # noqa: S310
    with urlopen(asked, timeout=20) as answer:  # noqa: S310
        assert answer.status == 200


def test_what_is_real_of_machines_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody takes the emulated machines for real ones: what is emulated of them is named."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    said = str(look("machines"))
    assert said.startswith("Machines: emulated")
    assert "PostgreSQL and etcd are emulated" in said
