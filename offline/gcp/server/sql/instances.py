"""Instances of Cloud SQL: created, read, changed and removed."""

from tricenter.offline.gcp.server import links
from tricenter.offline.gcp.server.call import Call
from tricenter.offline.gcp.server.fields import merged
from tricenter.offline.gcp.server.operations import done
from tricenter.offline.gcp.server.places import check_region
from tricenter.offline.gcp.server.refusal import Json, Refused, exists, invalid
from tricenter.offline.gcp.server.resources import fingerprint, require_fields
from tricenter.offline.gcp.server.sql import returning, rules
from tricenter.offline.gcp.server.sql.rendering import completed, path_of

FIXED = ("name", "region", "masterInstanceName", "instanceType", "project")
"""What only roles' own methods, or nothing, can change."""


def insert(call: Call) -> Json:
    """A new primary, or a replica of one that is there."""
    body = call.body
    require_fields(body, ("name",))
    path = path_of(call.project, body["name"])
    if call.find(path):
        raise exists(path)
    master = _master(call, body)
    if master:
        body = {"databaseVersion": master["databaseVersion"]} | body
        body["settings"] = _inherited(master) | body.get("settings", {})
    require_fields(body, ("databaseVersion", "settings.tier"))
    check_region(body.setdefault("region", "us-central1"))
    password = body.pop("rootPassword", None)
    made = completed(call, body)
    rules.check(call, made, master)
    if master:
        names = [*master.get("replicaNames", ()), made["name"]]
        keep(call, master | {"replicaNames": names})
    keep(call, made)
    if not master:
        _first_contents(call, made, password)
    return done(call, path, "CREATE_REPLICA" if master else "CREATE")


def _master(call: Call, body: Json) -> Json | None:
    name = body.get("masterInstanceName")
    if not name:
        return None
    found = call.find(path_of(call.project, name.rpartition(":")[2]))
    if found is None:
        raise Refused(
            404, f"The Cloud SQL instance {name} does not exist.", reason="instanceDoesNotExist"
        )
    return found


def _inherited(master: Json) -> Json:
    """What a replica has of its primary unless it says otherwise."""
    return {name: master["settings"][name] for name in ("tier", "edition")}


def _first_contents(call: Call, made: Json, password: str | None) -> None:
    """Each PostgreSQL instance begins with the user and the database `postgres`."""
    if not made["databaseVersion"].startswith("POSTGRES"):
        return
    path = path_of(call.project, made["name"])
    user: Json = {"name": "postgres", "host": "", "type": "BUILT_IN", "instance": made["name"]}
    call.put(f"{path}/users/postgres@", user | {"hasPassword": password is not None})
    call.put(
        f"{path}/databases/postgres",
        {
            "kind": "sql#database",
            "name": "postgres",
            "charset": "UTF8",
            "collation": "en_US.UTF8",
            "instance": made["name"],
            "project": call.project,
            "selfLink": f"{call.base}/{path}/databases/postgres",
            "etag": fingerprint(call.store.number("stamp", 1)),
        },
    )


def get(call: Call) -> Json:
    """An instance. What is missing is refused as Cloud SQL does: it tells nobody what exists."""
    return read(call, call.params["project"], call.params["instance"])


def read(call: Call, project: str, name: str) -> Json:
    """The instance of that name. Raises Refused (404)."""
    found = call.find(path_of(project, name))
    if found is None:
        raise Refused(404, "The Cloud SQL instance does not exist.", reason="instanceDoesNotExist")
    return returning.seen(call, found, change=call.method.verb != "GET")


def keep(call: Call, body: Json) -> None:
    """Keeps an instance under a new etag."""
    after = body | {"etag": fingerprint(call.store.number("stamp", 1))}
    call.put(path_of(call.project, body["name"]), after)


def bumped(body: Json) -> Json:
    """The instance with the next version of its settings."""
    version = str(int(body["settings"]["settingsVersion"]) + 1)
    return body | {"settings": body["settings"] | {"settingsVersion": version}}


def patch(call: Call) -> Json:
    """Changes what the body names."""
    before = get(call)
    return _change(call, before, merged(before, _sent(call)))


def update(call: Call) -> Json:
    """Puts the body's settings in place; what the service gave, and roles, stay."""
    before = get(call)
    sent = _sent(call)
    after = before | {name: item for name, item in sent.items() if name != "settings"}
    if "settings" in sent:
        own = ("kind", "settingsVersion", "dataDiskSizeGb", "replicationType")
        kept = {name: before["settings"][name] for name in own if name in before["settings"]}
        after["settings"] = kept | sent["settings"]
        require_fields(after, ("settings.tier",))
    return _change(call, before, after)


def _sent(call: Call) -> Json:
    body = {name: item for name, item in call.body.items() if item != ""}
    return body | {"settings": dict(body["settings"])} if "settings" in body else body


def _change(call: Call, before: Json, after: Json) -> Json:
    _check_version(before, call.body)
    for name in FIXED:
        if name in call.body and call.body[name] not in ("", before.get(name, "")):
            raise invalid(
                f"Invalid request: {name} of an instance cannot be changed by an update.",
                reason="invalidOperation",
            )
    _check_growth(before, after)
    if "replicationCluster" in call.body:
        after["replicationCluster"] = rules.designated(call, before, after)
        _mark(call, before, after)
    after["settings"]["settingsVersion"] = before["settings"]["settingsVersion"]
    made = bumped(completed(call, after, before))
    rules.check(call, made, _primary_of(call, made))
    keep(call, made)
    if password := after.pop("rootPassword", None):
        del password
    return done(call, path_of(call.project, before["name"]), "UPDATE")


def _primary_of(call: Call, body: Json) -> Json | None:
    name = body.get("masterInstanceName", "").rpartition(":")[2]
    return call.find(path_of(call.project, name)) if name else None


def _check_version(before: Json, body: Json) -> None:
    given = body.get("settings", {}).get("settingsVersion", "0")
    if given not in ("0", "", before["settings"]["settingsVersion"]):
        raise Refused(
            412,
            "Condition does not match: the settingsVersion of the request is stale.",
            reason="staleData",
        )
    if body.get("etag") not in (None, "", before["etag"]):
        raise Refused(412, "Condition does not match: the etag is stale.", reason="staleData")


def _check_growth(before: Json, after: Json) -> None:
    size, new = before["settings"]["dataDiskSizeGb"], after["settings"].get("dataDiskSizeGb")
    if new and new != "0" and int(new) < int(size):
        raise invalid(f"The disk of an instance cannot shrink from {size} GB to {new} GB.")
    if new == "0":
        after["settings"]["dataDiskSizeGb"] = size
    old, wanted = before["databaseVersion"], after["databaseVersion"]
    if rules.major(wanted) < rules.major(old) or wanted.split("_")[0] != old.split("_")[0]:
        raise invalid(f"The database version cannot go from {old} to {wanted}.")


def _mark(call: Call, before: Json, after: Json) -> None:
    """The replica that is named says so itself; the one that no longer is does not."""
    field = "failoverDrReplicaName"
    old = before.get("replicationCluster", {}).get(field, "").rpartition(":")[2]
    new = after.get("replicationCluster", {}).get(field, "").rpartition(":")[2]
    for name in {old, new} - {""}:
        if replica := call.find(path_of(call.project, name)):
            replica.pop("replicationCluster", None)
            if name == new:
                replica["replicationCluster"] = {"drReplica": True}
            keep(call, replica)


def delete(call: Call) -> Json:
    """Removes an instance that nothing protects and that nothing replicates from."""
    body = get(call)
    name = body["name"]
    if body["settings"].get("deletionProtectionEnabled"):
        raise invalid(
            "The instance is protected. Please disable the deletion protection and try again. "
            "Call instance.patch with settings.deletionProtectionEnabled set to false.",
            reason="invalidRequest",
        )
    if replicas := body.get("replicaNames"):
        raise invalid(
            f"Invalid request: the instance {name} has replicas ({', '.join(replicas)}); delete or"
            " promote them first.",
            reason="invalidOperation",
        )
    if master := _primary_of(call, body):
        rest = [one for one in master.get("replicaNames", ()) if one != name]
        cluster = dict(master.get("replicationCluster", {}))
        if cluster.get("failoverDrReplicaName", "").rpartition(":")[2] == name:
            cluster.pop("failoverDrReplicaName")
        keep(call, _without_empty(master | {"replicaNames": rest, "replicationCluster": cluster}))
    path = path_of(call.project, name)
    if not body["settings"].get("retainBackupsOnDelete"):
        call.drop(path)
    else:
        backups = call.store.below("sqladmin", f"{path}/backupRuns/")
        call.drop(path)
        for backup, kept in backups.items():
            call.put(backup, kept)
    return done(call, path, "DELETE")


def _without_empty(body: Json) -> Json:
    gone = {name for name in ("replicaNames", "replicationCluster") if not body.get(name)}
    return {name: item for name, item in body.items() if name not in gone}


def network_of(call: Call, body: Json) -> str:
    """The path of the network that an instance has an address in, or an empty text."""
    link = body["settings"].get("ipConfiguration", {}).get("privateNetwork", "")
    return links.normal(links.place(link, "compute")[1], call.store) if link else ""
