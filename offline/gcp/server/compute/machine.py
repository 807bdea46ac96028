"""Instances of Compute Engine: they have an address and disks, and run nothing."""

import re
from ipaddress import IPv4Network

from tricenter.offline.gcp.server import links
from tricenter.offline.gcp.server.call import Call, Handler, Kind, digest
from tricenter.offline.gcp.server.compute import disk
from tricenter.offline.gcp.server.compute.network import EXTERNAL
from tricenter.offline.gcp.server.operations import done
from tricenter.offline.gcp.server.refusal import Json, Refused, invalid, missing
from tricenter.offline.gcp.server.resources import check_stamp, fingerprint
from tricenter.topology.gcp_disks import takes_hyperdisk_alone

# Families and sizes: https://cloud.google.com/compute/docs/machine-resource, checked 2026-11-24.
MACHINE = re.compile(
    r"(?:e2-(?:micro|small|medium)|f1-micro|g1-small"
    r"|(?:e2|n1|n2|n2d|n4|c2|c2d|c3|c3d|c4|c4a|c4d|t2d|t2a|m1|m3)-(?:standard|highmem|highcpu)-\d+"
    r"(?:-lssd)?|(?:e2|n1|n2|n2d|n4)-custom-\d+-\d+)"
)
SCHEDULING = {"onHostMaintenance": "MIGRATE", "automaticRestart": True, "preemptible": False,
              "provisioningModel": "STANDARD"}  # fmt: skip
SHIELD = {"enableSecureBoot": False, "enableVtpm": True, "enableIntegrityMonitoring": True}


def _made(call: Call, path: str, body: Json) -> None:
    zone = path.split("/")[3]
    kind = body["machineType"].rpartition("/")[2]
    if not MACHINE.fullmatch(kind):
        raise missing(f"projects/{call.project}/zones/{zone}/machineTypes/{kind}")
    place = f"{call.base}/projects/{call.project}/zones/{zone}"
    body["machineType"] = f"{place}/machineTypes/{kind}"
    body["status"] = "RUNNING"
    body["cpuPlatform"] = "Intel Broadwell"
    body["scheduling"] = SCHEDULING | body.get("scheduling", {})
    body["shieldedInstanceConfig"] = SHIELD | body.get("shieldedInstanceConfig", {})
    body["shieldedInstanceIntegrityPolicy"] = {"updateAutoLearnPolicy": True}
    for name in ("metadata", "tags"):
        body.setdefault(name, {})["fingerprint"] = fingerprint(call.store.number("stamp", 1))
    body["metadata"]["kind"] = "compute#metadata"
    body["lastStartTimestamp"] = call.now
    for account in body.get("serviceAccounts", ()):
        _check_account(call, account["email"])
    for index, interface in enumerate(body["networkInterfaces"]):
        _interface(call, path, index, interface)
    for index, one in enumerate(body["disks"]):
        _disk(call, path, index, one)


def _check_account(call: Call, email: str) -> None:
    project = email.partition("@")[2].partition(".")[0]
    if email.endswith(".iam.gserviceaccount.com"):
        links.target(call, f"projects/{project}/serviceAccounts/{email}", "iam")


def _interface(call: Call, path: str, index: int, interface: Json) -> None:
    zone = path.split("/")[3]
    region = zone.rpartition("-")[0]
    if not interface.get("subnetwork"):
        raise invalid("A network of custom mode needs a subnetwork for each interface.")
    subnetwork = links.target(call, interface["subnetwork"])
    if f"/regions/{region}/" not in subnetwork["selfLink"]:
        raise invalid(f"The subnetwork of an instance in {zone} must be in {region}.")
    inside = IPv4Network(subnetwork["ipCidrRange"])
    number = int(digest(path, index)[:6], 16) % max(1, inside.num_addresses - 4)
    interface |= {
        "kind": "compute#networkInterface",
        "name": f"nic{index}",
        "network": subnetwork["network"],
        "subnetwork": subnetwork["selfLink"],
        "networkIP": interface.get("networkIP") or str(inside[2 + number]),
        "stackType": interface.get("stackType", "IPV4_ONLY"),
        "fingerprint": fingerprint(call.store.number("stamp", 1)),
    }
    for config in interface.get("accessConfigs", ()):
        config |= {
            "kind": "compute#accessConfig",
            "name": config.get("name", "external-nat"),
            "type": "ONE_TO_ONE_NAT",
            "networkTier": config.get("networkTier", "PREMIUM"),
            "natIP": config.get("natIP") or str(EXTERNAL[1 + number % 250]),
        }


def _disk(call: Call, path: str, index: int, one: Json) -> None:
    """A disk that is there is attached; one that is described is made with the instance."""
    where, name = path.rpartition("/instances/")[0], path.rpartition("/")[2]
    if one.get("source"):
        found = links.target(call, one["source"])
    else:
        found = _new_disk(call, where, name if not index else f"{name}-{index}", one)
    if found.get("users"):
        raise Refused(
            400,
            f"The disk resource '{found['selfLink']}' is already being used by {found['users'][0]}",
            reason="resourceInUseByAnotherResource",
        )
    own = f"{call.base}/{path}"
    source = links.place(found["selfLink"], "compute")[1]
    call.put(source, found | {"users": [own], "lastAttachTimestamp": call.now})
    _check_type(call, call.body["machineType"].rpartition("/")[2], found)
    one.pop("initializeParams", None)
    one |= {
        "kind": "compute#attachedDisk",
        "index": index,
        "source": found["selfLink"],
        "type": "PERSISTENT",
        "mode": one.get("mode", "READ_WRITE"),
        "boot": one.get("boot", False),
        "autoDelete": one.get("autoDelete", False),
        "deviceName": one.get("deviceName") or f"persistent-disk-{index}",
        "diskSizeGb": found["sizeGb"],
        "interface": "SCSI",
    }


def _check_type(call: Call, machine: str, found: Json) -> None:
    """A Persistent Disk cannot be attached to a series that takes Hyperdisks alone."""
    del call
    kind = str(found.get("type") or "").rpartition("/")[2]
    if kind.startswith("pd-") and takes_hyperdisk_alone(machine):
        raise invalid(f"[{machine}] features are not compatible for creating instance: {kind}.")


def _new_disk(call: Call, where: str, name: str, one: Json) -> Json:
    given: Json = one.get("initializeParams", {})
    path = f"{where}/disks/{given.get('diskName') or name}"
    if call.find(path):
        raise Refused(409, f"The resource '{path}' already exists")
    body: Json = {
        "kind": "compute#disk",
        "id": str(call.store.number("resource", 1_000_000_000_000_000_001)),
        "name": path.rpartition("/")[2],
        "selfLink": f"{call.base}/{path}",
        "zone": f"{call.base}/{where}",
        "creationTimestamp": call.now,
        "labelFingerprint": fingerprint(call.store.number("stamp", 1)),
        "type": given.get("diskType", "pd-standard"),
        "sizeGb": given.get("diskSizeGb"),
        "sourceImage": given.get("sourceImage"),
    }
    same = ("labels", "resourcePolicies", "architecture", "provisionedIops")
    body |= {field: given[field] for field in same if field in given}
    if "diskEncryptionKey" in one:
        body["diskEncryptionKey"] = one["diskEncryptionKey"]
    disk.made(call, path, body)
    call.put(path, body)
    return body


def _removed(call: Call, path: str, body: Json) -> None:
    if body.get("deletionProtection"):
        raise invalid(
            f"Invalid resource usage: 'Resource cannot be deleted if it's protected against "
            f"deletion. {path}'.",
            reason="resourceNotDeletable",
        )
    for one in body["disks"]:
        source = links.place(one["source"], "compute")[1]
        found = call.find(source)
        if found and one["autoDelete"]:
            call.drop(source)
        elif found:
            found.pop("users", None)
            call.put(source, found)


def _set(field: str, name: str = "") -> Handler:
    """A method that replaces one field of an instance, guarded by its fingerprint."""

    def handler(call: Call) -> Json:
        path = call.path.rpartition("/")[0]
        body = call.get(path)
        sent = call.body.get(name) if name else dict(call.body)
        if isinstance(sent, dict) and not name:
            check_stamp(call, body.get(field, {}), call.body)
            sent["fingerprint"] = fingerprint(call.store.number("stamp", 1))
        body[field] = sent
        call.put(path, body)
        return done(call, path, call.method.action)

    return handler


def _machine_type(call: Call) -> Json:
    path = call.path.rpartition("/")[0]
    body = call.get(path)
    if body["status"] != "TERMINATED":
        raise invalid("Changing the machine type needs a stopped instance.")
    kind = call.body["machineType"].rpartition("/")[2]
    call.put(path, body | {"machineType": f"{body['zone']}/machineTypes/{kind}"})
    return done(call, path, "setMachineType")


def _power(call: Call) -> Json:
    path = call.path.rpartition("/")[0]
    state = "TERMINATED" if call.method.action == "stop" else "RUNNING"
    call.put(path, call.get(path) | {"status": state})
    return done(call, path, call.method.action)


def _protect(call: Call) -> Json:
    path = call.path.rpartition("/")[0]
    on = call.query.get("deletionProtection", "true") == "true"
    call.put(path, call.get(path) | {"deletionProtection": on})
    return done(call, path, "setDeletionProtection")


KINDS: dict[str, Kind] = {
    "instances": Kind(
        needed=("name", "machineType", "disks", "networkInterfaces"),
        links=("networkInterfaces.network", "networkInterfaces.subnetwork", "disks.source"),
        defaults={"canIpForward": False, "deletionProtection": False, "startRestricted": False},
        made=_made,
        removed=_removed,
    ),
}
HANDLERS: dict[str, Handler] = {
    "compute.instances.setMetadata": _set("metadata"),
    "compute.instances.setTags": _set("tags"),
    "compute.instances.setScheduling": _set("scheduling"),
    "compute.instances.setMachineType": _machine_type,
    "compute.instances.setDeletionProtection": _protect,
    "compute.instances.start": _power,
    "compute.instances.stop": _power,
    "compute.instances.reset": _power,
}
