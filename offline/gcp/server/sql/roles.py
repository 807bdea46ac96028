"""Changes of role of Cloud SQL instances: switchover, promotion, failover between zones."""

from tricenter.offline.gcp.server.call import Call
from tricenter.offline.gcp.server.operations import done
from tricenter.offline.gcp.server.places import zones
from tricenter.offline.gcp.server.refusal import Json, Refused, invalid, precondition
from tricenter.offline.gcp.server.sql import returning
from tricenter.offline.gcp.server.sql.instances import bumped, get, keep, read
from tricenter.offline.gcp.server.sql.rendering import path_of
from tricenter.offline.gcp.server.sql.returning import tidy
from tricenter.offline.gcp.server.sql.rules import PLUS, PRIMARY

RUNNING = "ALWAYS"


def switchover(call: Call) -> Json:
    """The replica becomes the primary, the primary its replica; the DR pair is reversed.

    "Switchover lets you reverse the roles of the primary instance and a DR replica with zero data
    loss", https://cloud.google.com/sql/docs/postgres/use-advanced-disaster-recovery, checked
    2026-11-24. Field by field as in the recorded exchange of Config Connector's mocksql.
    """
    replica = get(call)
    primary = _primary(call, replica)
    if PLUS not in {replica["settings"]["edition"]} & {primary["settings"]["edition"]}:
        raise precondition("Switchover needs instances of the edition ENTERPRISE_PLUS.")
    named = _designated(primary)
    if named != replica["name"]:
        raise precondition(
            f"Invalid request: {replica['name']} is not the designated DR replica of "
            f"{primary['name']}."
        )
    for one in (primary, replica):
        if one["settings"]["activationPolicy"] != RUNNING or one["state"] != "RUNNABLE":
            raise precondition(f"Invalid request: {one['name']} is not online.")
    _swap(call, primary, replica)
    return done(call, path_of(call.project, replica["name"]), "SWITCHOVER")


def promote(call: Call) -> Json:
    """The replica becomes a primary: of its own, or with `failover=true` of the old pair.

    With failover the old primary comes back as a replica, later and if it is online (`returning`);
    which replica is the next DR replica is for its owner to say.
    """
    replica = get(call)
    primary = _primary(call, replica)
    if call.query.get("failover") == "true":
        if _designated(primary) != replica["name"]:
            raise precondition(
                f"Invalid request: {replica['name']} is not the designated DR replica of "
                f"{primary['name']}."
            )
        others = _others(primary, replica)
        cluster = _endpoint(primary)
        _lead(call, primary, replica, others, cluster)
        keep(call, tidy(primary | {"replicationCluster": {}, "replicaNames": []}))
        returning.begin(call, primary["name"], replica["name"])
    else:
        _detach(call, primary, replica)
    return done(call, path_of(call.project, replica["name"]), "PROMOTE_REPLICA")


def failover(call: Call) -> Json:
    """The standby in the other zone takes over; the instance stays what it is."""
    body = get(call)
    if body["settings"]["availabilityType"] != "REGIONAL":
        raise invalid("The instance is not configured for high availability.")
    given = call.body.get("failoverContext", {}).get("settingsVersion")
    if given != body["settings"]["settingsVersion"]:
        raise Refused(412, "The settingsVersion of the request is stale.", reason="staleData")
    others = [zone for zone in zones(body["region"]) if zone != body["gceZone"]]
    second = body["settings"]["locationPreference"].get("secondaryZone")
    target = second if second in others else others[0]
    keep(call, body | {"gceZone": target, "secondaryGceZone": body["gceZone"]})
    return done(call, path_of(call.project, body["name"]), "FAILOVER")


def _primary(call: Call, replica: Json) -> Json:
    name = replica.get("masterInstanceName", "")
    if not name:
        raise precondition("Invalid request: instance is not a replica instance.")
    return read(call, call.project, name.rpartition(":")[2])


def _designated(primary: Json) -> str:
    cluster = primary.get("replicationCluster", {})
    return cluster.get("failoverDrReplicaName", "").rpartition(":")[2]


def _swap(call: Call, primary: Json, replica: Json) -> None:
    """Both change at once; the write endpoint goes with the role."""
    old, new = primary["name"], replica["name"]
    cluster = _endpoint(primary) | {"failoverDrReplicaName": f"{call.project}:{old}"}
    _lead(call, primary, replica, [old, *_others(primary, replica)], cluster)
    returning.follow(call, old, new, designated=True)


def _others(primary: Json, replica: Json) -> list[str]:
    return [name for name in primary.get("replicaNames", ()) if name != replica["name"]]


def _endpoint(primary: Json) -> Json:
    write = primary.get("replicationCluster", {}).get("psaWriteEndpoint")
    return {"psaWriteEndpoint": write} if write else {}


def _lead(call: Call, primary: Json, replica: Json, names: list[str], cluster: Json) -> None:
    """The replica leads, with all that its primary has; the other replicas follow it."""
    leads = replica | {
        "instanceType": PRIMARY,
        "replicaNames": names,
        "replicationCluster": cluster,
        "settings": replica["settings"] | {"backupConfiguration": _backups(primary)},
    }
    leads.pop("masterInstanceName")
    _carry(call, primary["name"], replica["name"])
    keep(call, bumped(tidy(leads)))
    for name in _others(primary, replica):
        moved = {"masterInstanceName": f"{call.project}:{replica['name']}"}
        keep(call, read(call, call.project, name) | moved)


def _carry(call: Call, old: str, new: str) -> None:
    """A replica has what its primary has, users and databases too: it takes them along."""
    for kind in ("users", "databases"):
        source, target = (f"{path_of(call.project, name)}/{kind}/" for name in (old, new))
        for path in list(call.store.below("sqladmin", target)):
            call.drop(path)
        for path, body in call.store.below("sqladmin", source).items():
            moved = f"{target}{path.removeprefix(source)}"
            own = {"instance": new} | (
                {"selfLink": f"{call.base}/{moved}"} if "selfLink" in body else {}
            )
            call.put(moved, body | own)


def _backups(primary: Json) -> Json:
    """Cloud SQL takes the backups of the new primary over from the old one."""
    return dict(primary["settings"]["backupConfiguration"])


def _detach(call: Call, primary: Json, replica: Json) -> None:
    rest = [name for name in primary.get("replicaNames", ()) if name != replica["name"]]
    cluster = dict(primary.get("replicationCluster", {}))
    if _designated(primary) == replica["name"]:
        cluster.pop("failoverDrReplicaName")
    keep(call, tidy(primary | {"replicaNames": rest, "replicationCluster": cluster}))
    alone: Json = replica | {"instanceType": PRIMARY}
    alone.pop("replicationCluster", None)
    alone.pop("masterInstanceName")
    _carry(call, primary["name"], replica["name"])
    keep(call, bumped(tidy(alone)))
