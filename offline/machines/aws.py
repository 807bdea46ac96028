"""The machines of the emulated AWS: asked by boto3, as any client of EC2 would."""

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tricenter.offline.aws import daemon, environment
from tricenter.offline.machines.first_boot import FirstBoot, by_cloud_init
from tricenter.offline.machines.instance import Instance
from tricenter.offline.silence import changed_at, silent_regions

GONE = {"terminated", "shutting-down"}
RUNS = {"running"}
MADE, SIGNED = b"Action=RunInstances", "HTTP_AUTHORIZATION"
"""How the journal of the emulated AWS has a request that makes instances, and who signed it."""


class Aws:
    """EC2, Secrets Manager and S3 of an emulated cloud whose state is in a folder."""

    def __init__(self, state: Path) -> None:
        self._state, self._journal = state, state / "journal.jsonl"
        self._read = 0
        self._regions: set[str] = set()
        self._known: dict[str, tuple[Instance, ...]] = {}
        self._clients: dict[tuple[str, str, str], Any] = {}

    def mark(self) -> object:
        """How much was asked of the cloud so far, and when a region last went or came back."""
        try:
            return self._journal.stat().st_size, changed_at(self._state)
        except OSError:
            return None

    def instances(self) -> Iterator[Instance]:
        """Every instance that was not terminated, in the regions where any was ever made."""
        self._find_regions()
        silent = silent_regions(self._state)
        for region in sorted(self._regions):
            if region in silent or not self._look(region):
                # A region that is lost: its machines are where they were, and run no more.
                yield from (replace(one, runs=False) for one in self._known.get(region, ()))
            else:
                yield from self._known[region]

    def _look(self, region: str) -> bool:
        """Learn the instances of a region; whether it answers."""
        try:
            answer = self._ask("ec2", region, "describe_instances")
        except OSError:
            return False
        told = [machine for group in answer["Reservations"] for machine in group["Instances"]]
        here = [m for m in told if m["State"]["Name"] not in GONE]
        self._known[region] = tuple(_instance(machine, region) for machine in here)
        return True

    def first_boot(self, instance: Instance) -> FirstBoot:
        """What the instance was told at its making, as cloud-init does it."""
        answer = self._ask(
            *("ec2", instance.place, "describe_instance_attribute"),
            InstanceId=instance.name,
            Attribute="userData",
        )
        return by_cloud_init(base64.b64decode(answer.get("UserData", {}).get("Value") or ""))

    def secret(self, name: str, region: str, project: str | None) -> str:
        """A secret's value."""
        del project
        answer = self._ask("secretsmanager", region, "get_secret_value", SecretId=name)
        return str(answer["SecretString"])

    def read(self, bucket: str, key: str, region: str) -> str:
        """An object's text."""
        answer = self._ask("s3", region, "get_object", Bucket=bucket, Key=key)
        return answer["Body"].read().decode("utf-8")

    def _find_regions(self) -> None:
        """The regions in which an instance was made, by the requests that the cloud has kept."""
        if self._url() is None:
            raise OSError("the emulated AWS does not run")
        with self._journal.open("rb") as requests:
            if self._journal.stat().st_size < self._read:
                self._read = 0
                self._regions.clear()
            requests.seek(self._read)
            for line in iter(requests.readline, b""):
                if not line.endswith(b"\n"):
                    break
                self._read += len(line)
                entry: dict[str, Any] = json.loads(line)
                if MADE in base64.b64decode(entry.get("body", "")):
                    self._regions.add(_region(entry["headers"][SIGNED]))

    def _ask(self, service: str, region: str, operation: str, **request: Any) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self._client(service, region), operation)(**request)
        except (BotoCoreError, ClientError) as error:
            raise OSError(f"{operation}: {error}") from None

    def _url(self) -> str | None:
        return daemon.running(self._state)

    def _client(self, service: str, region: str) -> Any:
        import boto3
        from botocore.config import Config

        url = self._url()
        if url is None:
            raise OSError("the emulated AWS does not run")
        if (service, region, url) not in self._clients:
            told = environment(url)
            os.environ.update({key: told[key] for key in told if key.startswith("AWS_")})
            session: Any = boto3.Session()
            config = Config(connect_timeout=3, read_timeout=20, s3={"addressing_style": "path"})
            self._clients[service, region, url] = session.client(
                service, region_name=region, endpoint_url=url, config=config
            )
        return self._clients[service, region, url]


def _region(signed: str) -> str:
    """The region that a request was signed for: `Credential=KEY/DATE/REGION/ec2/aws4_request`."""
    return signed.partition("Credential=")[2].split("/")[2]


def _instance(machine: dict[str, Any], region: str) -> Instance:
    addresses = [
        str(one["PrivateIpAddress"])
        for device in machine.get("NetworkInterfaces", [])
        for one in device.get("PrivateIpAddresses", [])
    ]
    root = machine.get("RootDeviceName")
    disks = [
        str(one["Ebs"]["VolumeId"])
        for one in machine.get("BlockDeviceMappings", [])
        if one["DeviceName"] != root
    ]
    return Instance(
        cloud="aws",
        name=str(machine["InstanceId"]),
        place=region,
        runs=machine["State"]["Name"] in RUNS,
        addresses=tuple(dict.fromkeys([str(machine.get("PrivateIpAddress")), *addresses])),
        disk=disks[0] if disks else None,
    )
