"""Disks of Compute Engine, their images and snapshot schedules."""

from tricenter.offline.gcp.server import links
from tricenter.offline.gcp.server.call import Call, Handler, Kind, digest
from tricenter.offline.gcp.server.operations import done
from tricenter.offline.gcp.server.places import MULTI_REGIONS, check_region, check_zone
from tricenter.offline.gcp.server.refusal import Json, invalid, missing

# Families that the projects of Google's image partners offer, with the size of their images in GB:
# https://cloud.google.com/compute/docs/images/os-details, checked 2026-11-24.
FAMILIES = {
    "debian-cloud": {"debian-11": 10, "debian-12": 10, "debian-12-arm64": 10, "debian-13": 10},
    "ubuntu-os-cloud": {"ubuntu-2204-lts": 10, "ubuntu-2404-lts-amd64": 10},
    "rocky-linux-cloud": {"rocky-linux-9": 20},
    "cos-cloud": {"cos-stable": 10},
}
RELEASE = "v20261110"
SMALLEST = {"pd-standard": 10, "pd-balanced": 10, "pd-ssd": 10, "pd-extreme": 500}
TYPES = {*SMALLEST, "hyperdisk-balanced", "hyperdisk-extreme", "hyperdisk-throughput"}
HOURS, DAY = "hourlySchedule", 24


def image(call: Call, link: str) -> Json:
    """The public image that a link leads to, by family or name. Raises Refused (404)."""
    path = links.place(link, "compute")[1]
    words = path.split("/")
    name = words[-1].removesuffix(f"-{RELEASE}")
    family = FAMILIES.get(words[1] if len(words) > 1 else "", {})
    if words[2:4] != ["global", "images"] or name not in family:
        raise missing(path)
    known = words[-1] if words[-1].endswith(RELEASE) else f"{name}-{RELEASE}"
    base = f"{call.base}/projects/{words[1]}/global/images/{known}"
    return {
        "kind": "compute#image",
        "id": str(int(digest(base)[:15], 16)),
        "name": known,
        "family": name,
        "status": "READY",
        "diskSizeGb": str(family[name]),
        "architecture": "ARM64" if "arm64" in name else "X86_64",
        "creationTimestamp": "2026-11-10T00:00:00.000Z",
        "selfLink": base,
    }


def _get_image(call: Call) -> Json:
    return call.find(call.path) or image(call, call.path)


def made(call: Call, path: str, body: Json) -> None:
    """Completes a disk: its type, and its size if it does not say one."""
    where = path.rpartition("/disks/")[0]
    kind = body.get("type", "pd-standard").rpartition("/")[2]
    if kind not in TYPES:
        raise missing(f"{where}/diskTypes/{kind}")
    body["type"] = f"{call.base}/{where}/diskTypes/{kind}"
    least = SMALLEST.get(kind, 10)
    source = body.get("sourceImage") or call.query.get("sourceImage")
    if source:
        found = image(call, source)
        body |= {"sourceImage": found["selfLink"], "sourceImageId": found["id"]}
        least = max(least, int(found["diskSizeGb"]))
    size = int(body.get("sizeGb") or least)
    if size < least:
        raise invalid(f"Requested disk size {size} GB is smaller than {least} GB.")
    key = body.get("diskEncryptionKey", {}).get("kmsKeyName", "")
    if key:
        links.target(call, key.partition("/cryptoKeyVersions/")[0], "cloudkms")
    body |= {"sizeGb": str(size), "status": "READY", "physicalBlockSizeBytes": "4096"}
    for zone in body.get("replicaZones", ()):
        check_zone(zone.rpartition("/")[2])
    _same_region(path, body.get("resourcePolicies", ()))


def _same_region(path: str, policies: list[str] | tuple[()]) -> None:
    place = path.split("/")[3]
    region = place.rpartition("-")[0] if path.split("/")[2] == "zones" else place
    for policy in policies:
        if f"/regions/{region}/" not in f"/{policy}":
            raise invalid(f"The resource policy {policy} is not in the disk's region {region}.")
    if len(policies) > 1:
        raise invalid("A disk can have one snapshot schedule.")


def _attach(call: Call) -> Json:
    path = call.path.rpartition("/")[0]
    body = call.get(path)
    wanted: list[str] = call.body.get("resourcePolicies", [])
    kept = [links.target(call, link)["selfLink"] for link in wanted]
    policies = [*body.get("resourcePolicies", ()), *kept]
    _same_region(path, policies)
    call.put(path, body | {"resourcePolicies": policies})
    return done(call, path, "addResourcePolicies")


def _detach(call: Call) -> Json:
    path = call.path.rpartition("/")[0]
    body = call.get(path)
    gone = {link.rpartition("/")[2] for link in call.body.get("resourcePolicies", ())}
    rest = [one for one in body.get("resourcePolicies", ()) if one.rpartition("/")[2] not in gone]
    body["resourcePolicies"] = rest
    call.put(path, body if rest else {k: v for k, v in body.items() if k != "resourcePolicies"})
    return done(call, path, "removeResourcePolicies")


def _resize(call: Call) -> Json:
    path = call.path.rpartition("/")[0]
    body = call.get(path)
    if int(call.body["sizeGb"]) < int(body["sizeGb"]):
        raise invalid("A disk cannot be made smaller.")
    call.put(path, body | {"sizeGb": call.body["sizeGb"]})
    return done(call, path, "resize")


def _policy_made(call: Call, path: str, body: Json) -> None:
    del call
    check_region(path.split("/")[3])
    body["status"] = "READY"
    policy: Json = body.get("snapshotSchedulePolicy", {})
    schedule: Json = policy.get("schedule", {})
    kinds = [name for name in (HOURS, "dailySchedule", "weeklySchedule") if name in schedule]
    if policy and len(kinds) != 1:
        raise invalid("A snapshot schedule is hourly, daily or weekly, and only one of them.")
    if HOURS in schedule and DAY % schedule[HOURS]["hoursInCycle"]:
        raise invalid("hoursInCycle must divide 24.")
    for name in kinds:
        if name != "weeklySchedule":
            schedule[name]["duration"] = "PT14400S" if name == "dailySchedule" else "PT3600S"
    if policy:
        policy.setdefault("retentionPolicy", {}).setdefault(
            "onSourceDiskDelete", "KEEP_AUTO_SNAPSHOTS"
        )
    places = policy.get("snapshotProperties", {}).get("storageLocations", ())
    for place in places:
        if place not in MULTI_REGIONS:
            check_region(place)


def _policy_changed(call: Call, before: Json, after: Json) -> None:
    del before
    _policy_made(call, call.path, after)


KINDS: dict[str, Kind] = {
    "disks": Kind(needed=("name",), links=("resourcePolicies",), made=made),
    "resourcePolicies": Kind(needed=("name",), made=_policy_made, changed=_policy_changed),
}
HANDLERS: dict[str, Handler] = {
    "compute.images.get": _get_image,
    "compute.images.getFromFamily": _get_image,
    **{f"compute.{kind}.addResourcePolicies": _attach for kind in ("disks", "regionDisks")},
    **{f"compute.{kind}.removeResourcePolicies": _detach for kind in ("disks", "regionDisks")},
    **{f"compute.{kind}.resize": _resize for kind in ("disks", "regionDisks")},
}
