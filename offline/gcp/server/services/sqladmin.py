"""Cloud SQL."""

from tricenter.offline.gcp.server.call import Call, Handler, Kind
from tricenter.offline.gcp.server.operations import done
from tricenter.offline.gcp.server.places import ENTERPRISE_PLUS_TIERS, REGIONS, SHARED_TIERS
from tricenter.offline.gcp.server.refusal import Json, Refused
from tricenter.offline.gcp.server.sql import contents, instances, roles
from tricenter.offline.gcp.server.sql.rendering import path_of

HOST = "sqladmin.googleapis.com"
DOCUMENT = "sqladmin"


def _restart(call: Call) -> Json:
    body = instances.get(call)
    return done(call, path_of(call.project, body["name"]), "RESTART")


def _operation(call: Call) -> Json:
    found = call.find(f"projects/{call.params['project']}/operations/{call.params['operation']}")
    if found is None:
        raise Refused(404, "The Cloud SQL instance operation does not exist.")
    return found


def _operations(call: Call) -> Json:
    """A project's operations, or one instance's, the newest first."""
    found = call.store.children("sqladmin", f"projects/{call.params['project']}/operations")
    wanted = call.query.get("instance")
    items = [one for one in found.values() if wanted in {None, "", one["targetId"]}]
    newest = sorted(items, key=lambda one: one["name"].rpartition("-")[2], reverse=True)
    return {"kind": "sql#operationsList", "items": newest}


def _tiers(call: Call) -> Json:
    del call
    names = (*SHARED_TIERS, *ENTERPRISE_PLUS_TIERS)
    items = [{"kind": "sql#tier", "tier": name, "region": list(REGIONS)} for name in names]
    return {"kind": "sql#tiersList", "items": items}


KINDS: dict[str, Kind] = {}
HANDLERS: dict[str, Handler] = {
    "sql.instances.insert": instances.insert,
    "sql.instances.get": instances.get,
    "sql.instances.patch": instances.patch,
    "sql.instances.update": instances.update,
    "sql.instances.delete": instances.delete,
    "sql.instances.restart": _restart,
    "sql.instances.switchover": roles.switchover,
    "sql.instances.promoteReplica": roles.promote,
    "sql.instances.failover": roles.failover,
    "sql.users.insert": contents.insert_user,
    "sql.users.update": contents.update_user,
    "sql.users.get": contents.get_user,
    "sql.users.list": contents.list_users,
    "sql.users.delete": contents.delete_user,
    "sql.databases.insert": contents.insert_database,
    "sql.databases.get": contents.get_database,
    "sql.databases.list": contents.list_databases,
    "sql.databases.patch": contents.update_database,
    "sql.databases.update": contents.update_database,
    "sql.databases.delete": contents.delete_database,
    "sql.backupRuns.insert": contents.insert_backup,
    "sql.backupRuns.list": contents.list_backups,
    "sql.backupRuns.delete": contents.delete_backup,
    "sql.operations.get": _operation,
    "sql.operations.list": _operations,
    "sql.tiers.list": _tiers,
}
