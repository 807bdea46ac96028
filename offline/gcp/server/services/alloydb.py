"""AlloyDB: clusters, instances and users; switchover and promotion of secondary clusters."""

from time import time

from tricenter.offline.gcp.server import links
from tricenter.offline.gcp.server.call import Call, Handler, Kind, digest
from tricenter.offline.gcp.server.operations import done
from tricenter.offline.gcp.server.places import ALLOYDB_VERSIONS
from tricenter.offline.gcp.server.refusal import Json, Refused, exists, invalid, precondition
from tricenter.offline.gcp.server.resources import (
    check_parent,
    require_fields,
    schema_of,
    stamp_new,
)
from tricenter.offline.gcp.server.services.servicenetworking import connection_of

HOST = "alloydb.googleapis.com"
DOCUMENT = "alloydb"
BASE = "alloydb.projects.locations.clusters"
# https://cloud.google.com/alloydb/docs/cross-region-replication/about, checked 2026-11-24.
MOST_SECONDARIES = 5
LASTS_S = 0.4
"""Seconds until an old primary cluster follows; in Google's cloud many minutes."""
MACHINES = {1, 2, 4, 8, 16, 32, 64, 96, 128}


def _cluster(call: Call, path: str, body: Json) -> None:
    network = body.get("networkConfig", {}).get("network") or body.get("network", "")
    if not body.get("pscConfig"):
        links.target(call, network, "compute")
        known = links.normal(links.place(network, "compute")[1], call.store)
        if connection_of(call.store, known) is None:
            raise invalid(f"The network {known} has no private services connection.")
        body["networkConfig"] = body.get("networkConfig", {}) | {"network": known}
        body["network"] = known
    key = body.get("encryptionConfig", {}).get("kmsKeyName")
    if key:
        links.target(call, key, "cloudkms")
    body.setdefault("databaseVersion", "POSTGRES_16")
    if body["databaseVersion"] not in ALLOYDB_VERSIONS:
        raise invalid(f"AlloyDB does not offer {body['databaseVersion']}.")
    body.pop("initialUser", None)
    body["encryptionInfo"] = {"encryptionType": "GOOGLE_DEFAULT_ENCRYPTION"}
    body["clusterType"] = "SECONDARY" if body.get("secondaryConfig") else "PRIMARY"
    body["subscriptionType"] = "STANDARD"
    body.setdefault("continuousBackupConfig", {"enabled": True, "recoveryWindowDays": 14})
    del path


def _create_secondary(call: Call) -> Json:
    """A cluster that follows a primary one in another region."""
    name = call.query.get("clusterId", "")
    path = (
        f"{call.path}/{name}" if call.path.endswith("/clusters") else f"{call.path}/clusters/{name}"
    )
    if call.find(path):
        raise exists(path)
    body = dict(call.body)
    require_fields(body, ("secondaryConfig.primaryClusterName",))
    primary = call.get(body["secondaryConfig"]["primaryClusterName"])
    if primary["clusterType"] != "PRIMARY":
        raise precondition(f"{primary['name']} is not a primary cluster.")
    others = primary.get("primaryConfig", {}).get("secondaryClusterNames", [])
    if primary["name"].split("/")[3] == path.split("/")[3]:
        raise invalid("A secondary cluster must be in another region than its primary.")
    if len(others) >= MOST_SECONDARIES:
        raise precondition("A primary cluster has at most 5 secondary clusters.")
    body = {"databaseVersion": primary["databaseVersion"]} | body
    stamp_new(call, schema_of(call), path, body)
    _cluster(call, path, body)
    call.put(path, body)
    call.put(
        primary["name"], primary | {"primaryConfig": {"secondaryClusterNames": [*others, path]}}
    )
    return done(call, path, "createsecondary", body)


def _cluster_removed(call: Call, path: str, body: Json) -> None:
    followers = body.get("primaryConfig", {}).get("secondaryClusterNames", ())
    if followers:
        raise precondition(f"The cluster {path} has secondary clusters: {', '.join(followers)}.")
    inside = call.store.children(DOCUMENT, f"{path}/instances")
    if inside and call.query.get("force") != "true":
        raise precondition(f"The cluster {path} has instances: {', '.join(inside)}.")
    if leader := body.get("secondaryConfig", {}).get("primaryClusterName"):
        _follow(call, leader, path, add=False)


def _follow(call: Call, leader: str, follower: str, *, add: bool) -> None:
    primary = call.find(leader)
    if primary is None:
        return
    names = primary.get("primaryConfig", {}).get("secondaryClusterNames", [])
    rest = [name for name in names if name != follower] + ([follower] if add else [])
    primary.pop("primaryConfig", None)
    call.put(leader, primary | ({"primaryConfig": {"secondaryClusterNames": rest}} if rest else {}))


def _instance(call: Call, path: str, body: Json) -> None:
    cluster = call.get(path.rpartition("/instances/")[0])
    secondary = cluster["clusterType"] == "SECONDARY"
    wanted = body.setdefault("instanceType", "SECONDARY" if secondary else "PRIMARY")
    if wanted == ("PRIMARY" if secondary else "SECONDARY"):
        raise precondition(f"A cluster of type {cluster['clusterType']} has no {wanted} instance.")
    siblings = call.store.children(DOCUMENT, path.rpartition("/")[0]).values()
    if wanted != "READ_POOL" and any(one["instanceType"] == wanted for one in siblings):
        raise precondition(f"The cluster already has a {wanted} instance.")
    processors = body.setdefault("machineConfig", {"cpuCount": 2}).get("cpuCount", 2)
    if processors not in MACHINES:
        raise invalid(f"machineConfig.cpuCount {processors} is not offered.")
    body.setdefault("availabilityType", "ZONAL" if wanted == "READ_POOL" else "REGIONAL")
    body.setdefault("activationPolicy", "ALWAYS")
    number = int(digest(path)[:6], 16)
    body["ipAddress"] = f"10.16.{number // 250 % 250}.{2 + number % 250}"


def _create_secondary_instance(call: Call) -> Json:
    collection = call.path if call.path.endswith("/instances") else f"{call.path}/instances"
    path = f"{collection}/{call.query.get('instanceId', '')}"
    if call.find(path):
        raise exists(path)
    check_parent(call, path)
    body = dict(call.body) | {"instanceType": "SECONDARY"}
    stamp_new(call, schema_of(call), path, body)
    _instance(call, path, body)
    call.put(path, body)
    return done(call, path, "createsecondary", body)


def _secondary(call: Call) -> tuple[Json, Json]:
    body = call.get(call.path)
    leader = body.get("secondaryConfig", {}).get("primaryClusterName")
    if body["clusterType"] != "SECONDARY" or not leader:
        raise precondition(f"The cluster {call.path} is not a secondary cluster.")
    return body, call.get(leader)


def _dry(call: Call) -> bool:
    return bool(call.body.get("validateOnly"))


def _switchover(call: Call) -> Json:
    """The secondary leads and the primary follows, with nothing lost."""
    body, leader = _secondary(call)
    if not _dry(call):
        names = leader.get("primaryConfig", {}).get("secondaryClusterNames", [])
        others = [name for name in names if name != call.path]
        _lead(call, body, [leader["name"], *others])
        _trail(call, leader, call.path)
        for name in others:
            _trail(call, call.get(name), call.path)
    return done(call, call.path, "switchover", call.get(call.path))


def _promote(call: Call) -> Json:
    """The secondary becomes a primary of its own; the old one goes on by itself.

    With failover it becomes a secondary again, later. `PromoteClusterRequest.failover` of
    https://alloydb.googleapis.com/$discovery/rest?version=v1beta, checked 2026-11-30
    """
    body, leader = _secondary(call)
    names = leader.get("primaryConfig", {}).get("secondaryClusterNames", [])
    if call.body.get("failover") and len(names) != 1:
        raise precondition("Failover is only supported when there is a single secondary cluster.")
    if not _dry(call):
        _follow(call, leader["name"], call.path, add=False)
        _lead(call, body, [])
        if call.body.get("failover"):
            call.put(f"returning/{leader['name']}", {"to": call.path, "since": time()})
    return done(call, call.path, "promote", call.get(call.path))


def _get(call: Call) -> Json:
    """A cluster; an old primary is a secondary again after a while."""
    waits = call.find(f"returning/{call.path}")
    if waits is not None and call.store.silence.away(call.path.split("/")[3]):
        return call.get(call.path)
    if waits is not None and time() - waits["since"] >= LASTS_S:
        call.drop(f"returning/{call.path}")
        _trail(call, call.get(call.path), waits["to"])
        _follow(call, waits["to"], call.path, add=True)
    return call.get(call.path)


def _operations(call: Call) -> Json:
    """What was done in a region."""
    parent = call.path.removesuffix("/operations")
    found = call.store.children(DOCUMENT, f"{parent}/operations").values()
    return {"operations": list(found)}


def _lead(call: Call, body: Json, followers: list[str]) -> None:
    after = body | {"clusterType": "PRIMARY"}
    after.pop("secondaryConfig", None)
    if followers:
        after["primaryConfig"] = {"secondaryClusterNames": followers}
    call.put(body["name"], after)
    _retype(call, body["name"], "SECONDARY", "PRIMARY")


def _trail(call: Call, body: Json, leader: str) -> None:
    after = body | {
        "clusterType": "SECONDARY",
        "secondaryConfig": {"primaryClusterName": leader},
    }
    after.pop("primaryConfig", None)
    call.put(body["name"], after)
    _retype(call, body["name"], "PRIMARY", "SECONDARY")


def _retype(call: Call, cluster: str, old: str, new: str) -> None:
    for path, one in call.store.children(DOCUMENT, f"{cluster}/instances").items():
        if one["instanceType"] == old:
            call.put(path, one | {"instanceType": new})


def _failover(call: Call) -> Json:
    body = call.get(call.path)
    if body["availabilityType"] != "REGIONAL":
        raise precondition(f"The instance {call.path} has no standby.")
    return done(call, call.path, call.method.action, body)


def _user(call: Call, path: str, body: Json) -> None:
    body.pop("password", None)
    del call, path


def _instance_removed(call: Call, path: str, body: Json) -> None:
    del call
    if body["instanceType"] == "SECONDARY":
        raise Refused(
            400,
            f"The secondary instance {path} is removed with its cluster.",
            status="FAILED_PRECONDITION",
        )


KINDS: dict[str, Kind] = {
    "clusters": Kind(made=_cluster, removed=_cluster_removed),
    "instances": Kind(made=_instance, removed=_instance_removed),
    "users": Kind(made=_user),
}
HANDLERS: dict[str, Handler] = {
    f"{BASE}.get": _get,
    "alloydb.projects.locations.operations.list": _operations,
    f"{BASE}.createsecondary": _create_secondary,
    f"{BASE}.switchover": _switchover,
    f"{BASE}.promote": _promote,
    f"{BASE}.instances.createsecondary": _create_secondary_instance,
    f"{BASE}.instances.failover": _failover,
    f"{BASE}.instances.injectFault": _failover,
}
