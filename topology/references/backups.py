"""Backups: of databases that exist, copied to places that exist, kept and tested."""

from collections.abc import Iterator

from tricenter.topology.errors import Path
from tricenter.topology.problem import Problem
from tricenter.topology.schedules import explain_cron
from tricenter.topology.spec import Topology
from tricenter.topology.spec_backups import Backup
from tricenter.topology.wording import suggest_or_list

OPERATOR = frozenset({"operator", "operators", "the operator", "the operators"})
"""Words for those who run the topology, who are not `another account`."""


def check(topology: Topology) -> Iterator[Problem]:
    """Yield what is wrong about the backups and vaults."""
    for name, backup in topology.backups.items():
        yield from _names(topology, name, backup)
        yield from _schedules(name, backup)
        yield from _amounts(name, backup)
    yield from _owners(topology)
    yield from _accounts(topology)
    used = {copy for backup in topology.backups.values() for copy in backup.copies}
    for vault in topology.vaults:
        if vault not in used:
            message = "no backup is copied to this vault: name it in `copies`, or remove it"
            yield Problem(path=("vaults", vault), id="unused-vault", message=message, at="key")


def _names(topology: Topology, name: str, backup: Backup) -> Iterator[Problem]:
    path: Path = ("backups", name)
    databases, places = set(topology.databases), {*topology.sites, *topology.vaults}
    yield from _each(
        (*path, "of"), backup.of, databases, unknown="unknown-database", what="database"
    )
    yield from _each(
        (*path, "copies"), backup.copies, places, unknown="unknown-vault", what="place"
    )
    if backup.copies[0] in topology.vaults:
        message = f"'{backup.copies[0]}' is a vault: the first copy is the repository, in a site"
        yield Problem(path=(*path, "copies", 0), id="no-repository", message=message)


def _each(
    path: Path, words: tuple[str, ...], known: set[str], *, unknown: str, what: str
) -> Iterator[Problem]:
    """Each word of a list is known, and given once."""
    one, all_ = ("site or vault", "sites and vaults") if what == "place" else (what, f"{what}s")
    for index, word in enumerate(words):
        if word not in known:
            message = f"there is no {one} '{word}'{suggest_or_list(word, known, all_)}"
            yield Problem(path=(*path, index), id=unknown, message=message)
        elif word in words[:index]:
            message = f"'{word}' is given twice: remove one of them"
            yield Problem(path=(*path, index), id="duplicate-entry", message=message)


def _schedules(name: str, backup: Backup) -> Iterator[Problem]:
    for key in ("full", "incremental"):
        cron = getattr(backup.schedule, key)
        if cron is not None and (reason := explain_cron(cron)):
            path = ("backups", name, "schedule", key)
            yield Problem(path=path, id="bad-schedule", message=f"'{cron}': {reason}")


def _amounts(name: str, backup: Backup) -> Iterator[Problem]:
    keep = backup.keep
    if not (keep.daily or keep.weekly or keep.monthly):
        message = "nothing would be kept: set daily, weekly or monthly above 0"
        yield Problem(path=("backups", name, "keep"), id="out-of-range", message=message)
    if backup.log is not None and backup.log.ship <= 0:
        message = "shipping takes time: write the longest that is allowed, such as 15min"
        yield Problem(path=("backups", name, "log", "ship"), id="out-of-range", message=message)
    if backup.immutable is not None and backup.immutable <= 0:
        message = "0s protects nothing: write a duration such as 30d, or remove the key"
        yield Problem(path=("backups", name, "immutable"), id="out-of-range", message=message)


def _owners(topology: Topology) -> Iterator[Problem]:
    """A database has one repository, so one schedule: two would expire each other's backups."""
    owner: dict[str, str] = {}
    for name, backup in topology.backups.items():
        for index, database in enumerate(backup.of):
            if owner.setdefault(database, name) != name:
                message = (
                    f"'{database}' is backed up by '{owner[database]}' already: keep one of them"
                )
                path = ("backups", name, "of", index)
                yield Problem(path=path, id="duplicate-entry", message=message)


def _accounts(topology: Topology) -> Iterator[Problem]:
    """A vault's account is somebody else than the operator, or it protects from nobody."""
    for name, vault in topology.vaults.items():
        word = None if vault.account is None else " ".join(vault.account.casefold().split())
        if word is not None and (not word or word in OPERATOR):
            message = (
                f"'{vault.account}' is whom the account is to keep from deleting: name somebody "
                "else, or remove the key"
            )
            yield Problem(path=("vaults", name, "account"), id="conflict", message=message)
