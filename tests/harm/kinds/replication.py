"""Copies that are missing, commits that wait for nobody, or for too long."""

from typing import Any

from tests.harm.edit import Fires, Pick, Spec, broken, harmful, home, remote, sites_in


def _database(spec: Spec, pick: Pick) -> tuple[str, dict[str, Any]]:
    name = pick.one(sorted(spec["databases"]))
    return name, spec["databases"][name]


@harmful("a database loses its remote replica")
def _(spec: Spec, pick: Pick) -> Fires:
    name, database = _database(spec, pick)
    del database["replicas"][pick.one(remote(spec))]
    where = ("databases", name, "replicas")
    late = ["rto lose-city", *(["rpo lose-city"] if pick.target == "aws" else [])]
    found = {("replica-per-site", where), *broken(spec, *late)}
    return found if pick.managed else found | {("spare-voter", where)}


@harmful("a database loses its replica in the city", "lab", "mixed")
def _(spec: Spec, pick: Pick) -> Fires:
    name, database = _database(spec, pick)
    (near,) = set(sites_in(spec, home(spec))) - {database["prefer"]}
    del database["replicas"][near]
    where = ("databases", name, "replicas")
    return {
        ("replica-per-site", where),
        ("spare-voter", where),
        ("sync-latency", ("databases", name, "commit", "acks")),
    }


@harmful("commits wait for nobody")
def _(spec: Spec, pick: Pick) -> Fires:
    name, database = _database(spec, pick)
    database["commit"] = {"mode": "async"}
    for replica in database["replicas"].values():
        replica.pop("voter", None)
    where = ("databases", name, "commit", "mode")
    found = {("rpo-zero-needs-sync", where), *broken(spec, "rpo lose-site", "rpo isolate")}
    return found if pick.managed else found | {("no-two-writers", where)}


@harmful("one voter is left", "lab", "mixed")
def _(spec: Spec, pick: Pick) -> Fires:
    name, database = _database(spec, pick)
    far = pick.one(remote(spec))
    database["replicas"][far] = {}
    return {("spare-voter", ("databases", name, "replicas"))}


@harmful("a commit waits for both replicas", "lab", "mixed")
def _(spec: Spec, pick: Pick) -> Fires:
    name, database = _database(spec, pick)
    database["commit"]["acks"] = 2
    return {
        ("spare-voter", ("databases", name, "commit", "acks")),
        ("sync-latency", ("databases", name, "commit", "acks")),
    }


@harmful("the size of a database is not stated")
def _(spec: Spec, pick: Pick) -> Fires:
    name, database = _database(spec, pick)
    del database["size"]
    return {("size-stated", ("databases", name)), *broken(spec, "rto lose-all")}


@harmful("the version of a database is not stated", "aws", "gcp", "mixed")
def _(spec: Spec, pick: Pick) -> Fires:
    name, database = _database(spec, pick)
    database.pop("version")
    return {("engine-version-stated", ("databases", name))}


@harmful("a link between two sites is not stated")
def _(spec: Spec, pick: Pick) -> Fires:
    spec["links"].remove(pick.one(spec["links"]))
    return {("link-stated", ("links",))}


@harmful("a replica may lag longer than what may be lost")
def _(spec: Spec, pick: Pick) -> Fires:
    name, database = _database(spec, pick)
    far = pick.one(remote(spec))
    database["replicas"][far]["max_lag"] = "3d"
    found: Fires = {("rpo-within-lag-cap", ("databases", name, "replicas", far, "max_lag"))}
    # On AWS writes stall only then, so that this is what may be lost.
    return found | broken(spec, "rpo lose-city") if pick.target == "aws" else found
