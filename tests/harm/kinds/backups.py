"""Backups that are rarer, shorter, fewer, nearer, or that anybody can delete."""

from typing import Any

from tests.harm.edit import Fires, Pick, Spec, broken, harmful, home, needless, sites_in


def _backup(spec: Spec, pick: Pick) -> tuple[str, dict[str, Any]]:
    name = pick.one(sorted(spec["backups"]))
    return name, spec["backups"][name]


def _city(pick: Pick) -> list[str]:
    """The promise of a city's loss, which on AWS rests on no backup: Aurora holds writes back."""
    return [] if pick.target == "aws" else ["rpo lose-city"]


@harmful("a backup loses its schedule of incrementals and is weekly")
def _(spec: Spec, pick: Pick) -> Fires:
    name, backup = _backup(spec, pick)
    backup["schedule"] = {"full": "0 2 * * 0"}
    # The log of a managed service does not leave its region: its copies are as old as snapshots.
    late = ["rpo lose-all"] if pick.managed else ["rto lose-all"]
    late += ["rpo lose-city"] if pick.target == "gcp" else []
    return {("backup-daily", ("backups", name, "schedule", "full")), *broken(spec, *late)}


@harmful("full backups only once a month")
def _(spec: Spec, pick: Pick) -> Fires:
    name, backup = _backup(spec, pick)
    backup["schedule"] = {"full": "0 2 1 * *", "incremental": "0 3 * * *"}
    found: Fires = {("backup-full-weekly", ("backups", name, "schedule", "full"))}
    # Exports of Cloud SQL are made by the schedule of full backups alone, and nothing else leaves
    # the region under another key than its own.
    late = ["rpo lose-all", "rpo lose-city"] if pick.target == "gcp" else []
    return found | broken(spec, *late)


@harmful("a database is in no backup")
def _(spec: Spec, pick: Pick) -> Fires:
    _name, backup = _backup(spec, pick)
    lost = pick.one(sorted(backup["of"]))
    backup["of"].remove(lost)
    return {
        ("backup-scheduled", ("databases", lost)),
        *broken(spec, *_city(pick), "rpo lose-all", "rto lose-all"),
    }


@harmful("three daily backups are kept and nothing older")
def _(spec: Spec, pick: Pick) -> Fires:
    name, backup = _backup(spec, pick)
    backup["keep"] = {"daily": 3}
    return {("backup-retention", ("backups", name, "keep", "daily"))}


@harmful("the log is not shipped")
def _(spec: Spec, pick: Pick) -> Fires:
    name, backup = _backup(spec, pick)
    del backup["log"]
    kept = [] if pick.managed else ["rpo lose-city", "rpo lose-all"]
    return {("point-in-time", ("backups", name)), *broken(spec, *kept)}


@harmful("nobody tests a restore")
def _(spec: Spec, pick: Pick) -> Fires:
    name, backup = _backup(spec, pick)
    del backup["restore_test"]
    return {("restore-tested", ("backups", name))}


@harmful("backups can be deleted at once")
def _(spec: Spec, pick: Pick) -> Fires:
    name, backup = _backup(spec, pick)
    del backup["immutable"]
    return {("backup-immutable", ("backups", name))}


@harmful("backups are locked for one day")
def _(spec: Spec, pick: Pick) -> Fires:
    name, backup = _backup(spec, pick)
    backup["immutable"] = "1d"
    return {("immutable-long-enough", ("backups", name, "immutable"))}


@harmful("no copy is in a vault")
def _(spec: Spec, pick: Pick) -> Fires:
    name, backup = _backup(spec, pick)
    backup["copies"] = [copy for copy in backup["copies"] if copy in spec["sites"]]
    spec.pop("vaults")
    where = ("backups", name, "copies")
    return {
        ("backup-offline-copy", where),
        ("backup-3-2-1", where),
        *broken(spec, "rpo lose-all", "rto lose-all"),
        # Google's own backups are opened by a key of the home region alone, wherever they lie.
        *([("backup-copy-other-city", where)] if pick.target == "gcp" else []),
        *broken(spec, *(["rpo lose-city"] if pick.target == "gcp" else [])),
        *needless(spec, "vault-account-apart"),
    }


@harmful("the operators of the sites can delete the vault")
def _(spec: Spec, pick: Pick) -> Fires:
    vault = pick.one(sorted(spec["vaults"]))
    del spec["vaults"][vault]["account"]
    return {("backup-copy-other-account", ("vaults", vault))}


@harmful("the vault stands in the home city", "lab")
def _(spec: Spec, pick: Pick) -> Fires:
    vault = pick.one(sorted(spec["vaults"]))
    key = pick.one(("city", "at"))
    latitude, longitude = spec["cities"][home(spec)]["at"]
    del spec["vaults"][vault]["at"]
    spec["vaults"][vault][key] = {"city": home(spec), "at": [latitude + 0.2, longitude]}[key]
    return {
        ("vault-outside-cities", ("vaults", vault, key)),
        *broken(spec, "rpo lose-all", "rto lose-all"),
    }


@harmful("every copy is in the home city", "lab")
def _(spec: Spec, pick: Pick) -> Fires:
    name, backup = _backup(spec, pick)
    city = home(spec)
    for vault in spec["vaults"].values():
        del vault["at"]
        vault["city"] = city
    backup["copies"] = [sites_in(spec, city)[0], *sorted(spec["vaults"])]
    return {
        ("backup-copy-other-city", ("backups", name, "copies")),
        *(("vault-outside-cities", ("vaults", vault, "city")) for vault in spec["vaults"]),
        *broken(spec, "rpo lose-city", "rpo lose-all", "rto lose-all"),
    }


@harmful("the vault is in the region of a site", "aws", "gcp")
def _(spec: Spec, pick: Pick) -> Fires:
    vault = pick.one(sorted(spec["vaults"]))
    site = pick.one(sorted(spec["sites"]))
    cloud = "aws" if "aws" in spec["vaults"][vault] else "gcp"
    spec["vaults"][vault][cloud]["region"] = spec["sites"][site][cloud]["region"]
    return {("vault-other-region", ("vaults", vault, cloud, "region"))}


@harmful("the vault, in an account of its own, is in the region of the home city", "aws", "gcp")
def _(spec: Spec, pick: Pick) -> Fires:
    vault = pick.one(sorted(spec["vaults"]))
    site = pick.one(sites_in(spec, home(spec)))
    cloud, owner = ("aws", "account") if "aws" in spec["vaults"][vault] else ("gcp", "project")
    region = spec["sites"][site][cloud]["region"]
    spec["vaults"][vault][cloud] = {"region": region, owner: "222222222222"}
    return {
        ("vault-other-region", ("vaults", vault, cloud, "region")),
        *needless(spec, "vault-account-apart"),
    }


@harmful("no backup at all")
def _(spec: Spec, pick: Pick) -> Fires:
    databases = sorted(spec["databases"])
    spec.pop("backups")
    spec.pop("vaults")
    return {
        *(("backup-scheduled", ("databases", name)) for name in databases),
        *broken(spec, *_city(pick), "rpo lose-all", "rto lose-all"),
        *needless(spec, "vault-account-apart"),
    }
