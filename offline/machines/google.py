"""The machines of the emulated Google Cloud: asked by its REST interface, as any client would."""

import base64
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any, cast
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from tricenter.offline.gcp import ENDPOINTS, PROJECT, TOKEN, daemon
from tricenter.offline.machines.first_boot import FirstBoot, by_image
from tricenter.offline.machines.instance import Instance
from tricenter.offline.silence import changed_at, silent_regions

Json = dict[str, Any]
RUNS = "RUNNING"
KEPT = ("cloud.sqlite", "cloud.sqlite-wal")


class Google:
    """Compute Engine, Secret Manager and Storage of a cloud whose state is in a folder."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._known: dict[str, tuple[Instance, ...]] = {}

    def mark(self) -> object:
        """When the cloud's files last changed, and how large they are."""
        seen: list[tuple[int, int]] = []
        for name in KEPT:
            try:
                found = (self._state / name).stat()
            except OSError:
                continue
            seen.append((found.st_mtime_ns, found.st_size))
        if seen:
            seen.append((changed_at(self._state), 0))
        return tuple(seen)

    def instances(self) -> Iterator[Instance]:
        """Every instance, in the zones where there is any."""
        silent = silent_regions(self._state)
        for zone in self._zones():
            if zone.rpartition("/")[2].rpartition("-")[0] in silent:
                # Its machines are where they were, and run no more.
                yield from (replace(one, runs=False) for one in self._known.get(zone, ()))
                continue
            told = _list(self._ask("COMPUTE", f"{zone}/instances"), "items")
            self._known[zone] = tuple(_instance(machine, zone) for machine in told)
            yield from self._known[zone]

    def first_boot(self, instance: Instance) -> FirstBoot:
        """What the instance's image does with the metadata that it reads."""
        machine = self._ask("COMPUTE", f"{instance.place}/instances/{instance.name}")
        told = _list(machine.get("metadata") or {}, "items")
        metadata = {str(item["key"]): str(item["value"]) for item in told}
        return by_image(self._image(machine), metadata)

    def _image(self, machine: Json) -> str:
        """The image that a machine's boot disk was made from; empty for none."""
        boot = next((disk for disk in _list(machine, "disks") if disk.get("boot")), None)
        if boot is None:
            return ""
        disk = "projects/" + str(boot["source"]).partition("/projects/")[2]
        return str(self._ask("COMPUTE", disk).get("sourceImage") or "")

    def secret(self, name: str, region: str, project: str | None) -> str:
        """A secret's newest value."""
        del region
        path = f"projects/{project or PROJECT}/secrets/{name}/versions/latest:access"
        answer = self._ask("SECRET_MANAGER", path)
        return base64.b64decode(answer["payload"]["data"]).decode("utf-8")

    def read(self, bucket: str, key: str, region: str) -> str:
        """An object's text."""
        del region
        path = f"b/{bucket}/o/{quote(key, safe='')}?alt=media"
        return self._fetch("STORAGE", path).decode("utf-8")

    def _zones(self) -> list[str]:
        """`projects/P/zones/Z` of every instance, by the file that the cloud keeps them in."""
        database = self._state / KEPT[0]
        if not database.exists():
            return []
        opened = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)
        try:
            query = (
                "select path from resource where service = 'compute' and path like '%/instances/%'"
            )
            paths = [str(row[0]) for row in opened.execute(query)]
        finally:
            opened.close()
        return sorted({path.partition("/instances/")[0] for path in paths})

    def _ask(self, service: str, path: str) -> Json:
        return json.loads(self._fetch(service, path))

    def _fetch(self, service: str, path: str) -> bytes:
        url = daemon.running(self._state)
        if url is None:
            raise OSError("the emulated Google Cloud does not run")
        request = Request(  # noqa: S310 - ours
            f"{url}/{ENDPOINTS[service]}{path}", headers={"Authorization": f"Bearer {TOKEN}"}
        )
        try:
            with urlopen(request, timeout=20) as answer:  # noqa: S310 - ours
                return answer.read()
        except HTTPError as error:
            raise OSError(f"{path}: {error.code}") from None


def _list(found: Json, key: str) -> list[Json]:
    """What is listed under a key; Google leaves out a list that is empty."""
    return cast(list[Json], found.get(key) or [])


def _instance(machine: Json, zone: str) -> Instance:
    device = next(iter(_list(machine, "networkInterfaces")), cast(Json, {}))
    others = [
        str(address)
        for alias in _list(device, "aliasIpRanges")
        for address in IPv4Network(alias["ipCidrRange"])
    ]
    disks = [
        str(disk["source"]).partition("projects/")[2].replace("/", "_")
        for disk in _list(machine, "disks")
        if not disk.get("boot")
    ]
    return Instance(
        cloud="gcp",
        name=str(machine["name"]),
        place=zone,
        runs=machine.get("status") == RUNS,
        addresses=(str(device.get("networkIP")), *others),
        disk=disks[0] if disks else None,
    )
