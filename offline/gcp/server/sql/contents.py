"""What is inside a Cloud SQL instance: users, databases, backups."""

from tricenter.offline.gcp.server.call import Call
from tricenter.offline.gcp.server.operations import done
from tricenter.offline.gcp.server.refusal import Json, Refused, invalid
from tricenter.offline.gcp.server.sql.instances import read
from tricenter.offline.gcp.server.sql.rendering import path_of
from tricenter.offline.gcp.server.sql.returning import is_stopped
from tricenter.offline.gcp.server.sql.rules import REPLICA

SECRET = ("password", "hasPassword")


def _online(call: Call) -> Json:
    """The instance, whose contents can be asked only while it runs.

    https://github.com/hashicorp/terraform-provider-google/issues/11382, checked 2026-11-30
    """
    body = read(call, call.params["project"], call.params["instance"])
    if is_stopped(body):
        raise invalid("Invalid request: Invalid request since instance is not running.")
    return body


def _instance(call: Call) -> str:
    return path_of(call.project, _online(call)["name"])


def _writable(call: Call) -> str:
    body = _online(call)
    if body["instanceType"] == REPLICA:
        raise invalid(
            "The instance is a read replica: change its primary.", reason="invalidOperation"
        )
    return path_of(call.project, body["name"])


def _user(call: Call, parent: str, name: str, host: str) -> tuple[str, Json]:
    path = f"{parent}/users/{name}@{host}"
    found = call.find(path)
    if found is None:
        raise Refused(404, f"The user {name} does not exist.", reason="notFound")
    return path, found


def insert_user(call: Call) -> Json:
    """A user; the password is not kept, only that there is one."""
    parent = _writable(call)
    name, host = call.body.get("name", ""), call.body.get("host", "")
    if not name:
        raise invalid("Missing parameter: name.", reason="required")
    path = f"{parent}/users/{name}@{host}"
    if call.find(path):
        raise Refused(409, f"The user {name} already exists.")
    call.put(path, _kept_user(call, {"name": name, "host": host, "type": "BUILT_IN"}))
    return done(call, parent, "CREATE_USER")


def _kept_user(call: Call, before: Json) -> Json:
    body = {name: item for name, item in call.body.items() if name not in SECRET}
    secret = "password" in call.body or before.get("hasPassword", False)
    own: Json = {"kind": "sql#user", "instance": call.params["instance"], "project": call.project}
    return before | body | own | {"hasPassword": secret}


def update_user(call: Call) -> Json:
    """Another password, or other roles."""
    parent = _writable(call)
    name = call.query.get("name") or call.body.get("name", "")
    host = call.query.get("host") or call.body.get("host", "")
    path, before = _user(call, parent, name, host)
    call.put(path, _kept_user(call, before))
    return done(call, parent, "UPDATE_USER")


def _shown(user: Json) -> Json:
    return {name: item for name, item in user.items() if name not in SECRET}


def get_user(call: Call) -> Json:
    """One user, without the password."""
    parent = _instance(call)
    return _shown(_user(call, parent, call.params["name"], call.query.get("host", ""))[1])


def list_users(call: Call) -> Json:
    """All users; a replica has those of its primary."""
    body = _online(call)
    name = body.get("masterInstanceName", "").rpartition(":")[2] or body["name"]
    found = call.store.below("sqladmin", f"{path_of(call.project, name)}/users/").values()
    return {"kind": "sql#usersList", "items": [_shown(user) for user in found]}


def delete_user(call: Call) -> Json:
    """Removes a user."""
    parent = _writable(call)
    path, _ = _user(call, parent, call.query.get("name", ""), call.query.get("host", ""))
    call.drop(path)
    return done(call, parent, "DELETE_USER")


def insert_database(call: Call) -> Json:
    """A database in the instance."""
    parent = _writable(call)
    name = call.body.get("name", "")
    if not name:
        raise invalid("Missing parameter: name.", reason="required")
    path = f"{parent}/databases/{name}"
    if call.find(path):
        raise Refused(409, f'database "{name}" already exists')
    plain: Json = {"charset": "UTF8", "collation": "en_US.UTF8"}
    own: Json = {
        "kind": "sql#database",
        "instance": call.params["instance"],
        "project": call.project,
        "selfLink": f"{call.base}/{path}",
        "etag": str(call.store.number("stamp", 1)),
    }
    call.put(path, plain | {name: item for name, item in call.body.items() if item} | own)
    return done(call, parent, "CREATE_DATABASE")


def get_database(call: Call) -> Json:
    """One database."""
    return call.get(f"{_instance(call)}/databases/{call.params['database']}")


def list_databases(call: Call) -> Json:
    """All databases."""
    found = call.store.children("sqladmin", f"{_instance(call)}/databases").values()
    return {"kind": "sql#databasesList", "items": list(found)}


def update_database(call: Call) -> Json:
    """Another character set or collation."""
    parent = _writable(call)
    path = f"{parent}/databases/{call.params['database']}"
    call.put(path, call.get(path) | call.body)
    return done(call, parent, "UPDATE_DATABASE")


def delete_database(call: Call) -> Json:
    """Removes a database with its data."""
    parent = _writable(call)
    path = f"{parent}/databases/{call.params['database']}"
    call.get(path)
    call.drop(path)
    return done(call, parent, "DELETE_DATABASE")


def insert_backup(call: Call) -> Json:
    """A backup on demand."""
    parent = _writable(call)
    number = str(call.store.number("backup", 1_700_000_000_000))
    body = read(call, call.project, call.params["instance"])
    where = body["settings"]["backupConfiguration"].get("location", body["region"].split("-")[0])
    call.put(
        f"{parent}/backupRuns/{number}",
        {
            "kind": "sql#backupRun",
            "id": number,
            "instance": body["name"],
            "type": "ON_DEMAND",
            "status": "SUCCESSFUL",
            "backupKind": "SNAPSHOT",
            "databaseVersion": body["databaseVersion"],
            "location": call.body.get("location") or where,
            "description": call.body.get("description", ""),
            "enqueuedTime": call.now,
            "startTime": call.now,
            "endTime": call.now,
            "selfLink": f"{call.base}/{parent}/backupRuns/{number}",
        },
    )
    return done(call, parent, "BACKUP")


def list_backups(call: Call) -> Json:
    """All backups, the newest first."""
    path = path_of(call.project, call.params["instance"])
    found = list(call.store.children("sqladmin", f"{path}/backupRuns").values())
    return {"kind": "sql#backupRunsList", "items": found[::-1]}


def delete_backup(call: Call) -> Json:
    """Removes one backup."""
    call.get(call.path)
    call.drop(call.path)
    return done(call, path_of(call.project, call.params["instance"]), "DELETE_BACKUP")
