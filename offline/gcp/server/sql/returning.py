"""Old primaries of Cloud SQL: they come back as replicas in an operation of their own.

"the promote operation attempts to add the original primary instance as a replica of the promoted DR
replica when the original primary instance comes back online", by RECONFIGURE_OLD_PRIMARY, which is
"executed asynchronously". Checked 2026-11-30, `promoteReplica` and `Operation.operationType` of
https://sqladmin.googleapis.com/$discovery/rest?version=v1
"""

from time import time

from tricenter.offline.gcp.server.call import Call
from tricenter.offline.gcp.server.operations import record_sql
from tricenter.offline.gcp.server.refusal import Json, Refused
from tricenter.offline.gcp.server.sql.rendering import path_of
from tricenter.offline.gcp.server.sql.rules import REPLICA

LASTS_S = 0.4
"""Seconds from the moment an old primary is online until it is a replica; in Google's cloud many
minutes."""
BACKUPS = ("enabled", "pointInTimeRecoveryEnabled")


def begin(call: Call, old: str, new: str) -> None:
    """An old primary is to follow a new one, once it is online."""
    call.put(_path(call, old), {"to": new, "since": 0.0})
    seen(call, call.get(path_of(call.project, old)))


def seen(call: Call, body: Json, *, change: bool = False) -> Json:
    """An instance as it is now: an old primary that is online has become a replica meanwhile.

    Raises Refused (409) for a change while that lasts.
    """
    waits = call.find(_path(call, body["name"]))
    if waits is None or is_stopped(body) or call.store.silence.away(str(body["region"])):
        return body
    now = time()
    if not waits["since"]:
        call.put(_path(call, body["name"]), waits | {"since": now})
        return body
    if now - waits["since"] < LASTS_S:
        if change:
            raise Refused(
                409,
                "Operation failed because another operation was already in progress. Try your "
                "request after the current operation is complete.",
                reason="operationInProgress",
            )
        return body
    call.drop(_path(call, body["name"]))
    follow(call, body["name"], waits["to"], designated=False)
    record_sql(call, path_of(call.project, body["name"]), "RECONFIGURE_OLD_PRIMARY")
    return call.get(path_of(call.project, body["name"]))


def follow(call: Call, old: str, new: str, *, designated: bool) -> None:
    """A primary becomes the replica of another one."""
    body = call.get(path_of(call.project, old))
    settings = body["settings"]
    none = settings["backupConfiguration"] | dict.fromkeys(BACKUPS, False)
    version = str(int(settings["settingsVersion"]) + 1)
    after: Json = body | {
        "instanceType": REPLICA,
        "masterInstanceName": f"{call.project}:{new}",
        "replicationCluster": {"drReplica": True} if designated else {},
        "settings": settings | {"backupConfiguration": none, "settingsVersion": version},
        "etag": str(call.store.number("stamp", 1)),
    }
    after.pop("replicaNames", None)
    call.put(path_of(call.project, old), tidy(after))
    leads = call.get(path_of(call.project, new))
    names = leads.get("replicaNames", [])
    if old not in names:
        call.put(path_of(call.project, new), leads | {"replicaNames": [old, *names]})


def is_stopped(body: Json) -> bool:
    """Whether an instance is kept from running by its settings."""
    return body["settings"].get("activationPolicy") == "NEVER"


def tidy(body: Json) -> Json:
    """Without what is empty, which Cloud SQL leaves out."""
    return {name: item for name, item in body.items() if item not in ({}, [])}


def _path(call: Call, name: str) -> str:
    return f"projects/{call.project}/returning/{name}"
