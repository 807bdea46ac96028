"""Regions and zones, as Compute Engine lists them."""

from tricenter.offline.gcp.server.call import Call, Handler, digest
from tricenter.offline.gcp.server.places import REGIONS, check_region, check_zone, zones
from tricenter.offline.gcp.server.refusal import Json


def _region(call: Call, name: str) -> Json:
    base = f"{call.base}/projects/{call.project}"
    return {
        "kind": "compute#region",
        "id": str(int(digest(name)[:12], 16)),
        "name": name,
        "description": name,
        "status": "UP",
        "zones": [f"{base}/zones/{zone}" for zone in zones(name)],
        "selfLink": f"{base}/regions/{name}",
    }


def _zone(call: Call, name: str) -> Json:
    base = f"{call.base}/projects/{call.project}"
    return {
        "kind": "compute#zone",
        "id": str(int(digest(name)[:12], 16)),
        "name": name,
        "description": name,
        "status": "UP",
        "region": f"{base}/regions/{name.rpartition('-')[0]}",
        "selfLink": f"{base}/zones/{name}",
    }


def _get_region(call: Call) -> Json:
    check_region(call.name)
    return _region(call, call.name)


def _get_zone(call: Call) -> Json:
    check_zone(call.name)
    return _zone(call, call.name)


def _regions(call: Call) -> Json:
    return {"kind": "compute#regionList", "items": [_region(call, name) for name in REGIONS]}


def _zones(call: Call) -> Json:
    """All zones, or those of the region that a filter of the provider's form names."""
    wanted = call.query.get("filter", "")
    names = [zone for region in REGIONS for zone in zones(region)]
    found = [_zone(call, name) for name in names]
    if "region" in wanted:
        end = wanted.rpartition("/")[2].strip('"() ')
        found = [zone for zone in found if zone["region"].endswith(f"/{end}")]
    return {"kind": "compute#zoneList", "items": found}


def _project(call: Call) -> Json:
    return {
        "kind": "compute#project",
        "id": str(int(digest(call.project)[:12], 16)),
        "name": call.project,
        "defaultNetworkTier": "PREMIUM",
        "xpnProjectStatus": "UNSPECIFIED_XPN_PROJECT_STATUS",
        "selfLink": f"{call.base}/projects/{call.project}",
    }


HANDLERS: dict[str, Handler] = {
    "compute.regions.get": _get_region,
    "compute.regions.list": _regions,
    "compute.zones.get": _get_zone,
    "compute.zones.list": _zones,
    "compute.projects.get": _project,
}
