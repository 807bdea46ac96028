"""What of a site's repository is broken, as its unit sees it from outside; and its mending."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress

from tricenter.lab.at_once import at_once
from tricenter.lab.backup.archiver import DUPLICATE
from tricenter.lab.backup.asking import ask, journal
from tricenter.lab.backup.journal import Entry
from tricenter.lab.backup.watched import look_now, watched
from tricenter.lab.errors import LabError
from tricenter.lab.files import list_host_folder, read_host_file
from tricenter.lab.host import is_on
from tricenter.lab.stack import Stack
from tricenter.lab.waits import until

SEEN_S = 30.0
ARCHIVED_S = 90.0
ROUNDS = 8
READY, ERROR = ".ready", ".error"
"""Endings of PostgreSQL's notes of what is to be archived, and of pgBackRest's of what failed."""
log = logging.getLogger(__name__)


def broken(stack: Stack, site: str, databases: Iterable[str]) -> dict[str, str]:
    """Why the log or the backups of a database cannot get into its repository, by database.

    A stanza that is not there before the first backup is none that was lost.
    """
    if not is_on(stack, site):
        return {}
    entries = tuple(journal(stack, site))
    once = {name for name in databases if was_backed_up(entries, name)}
    stanzas = watched(stack, site)[0] if once else {}
    found: dict[str, str] = {}
    for database in sorted(once):
        stanza = stanzas.get(database)
        if stanza is not None and stanza.state != "there":
            found[database] = f"{stanza.state}: {stanza.why}"
        elif stuck := duplicates(stack, database):
            found[database] = f"in the archive with another content: {', '.join(stuck)}"
    return found


def was_backed_up(entries: Iterable[Entry], database: str) -> bool:
    """Whether a full backup of the database was ever taken."""
    full = f"full:{database}"
    return any(e["event"] == "end" and e["job"] == full and e["ok"] for e in entries)


def mend(stack: Stack, site: str, found: Mapping[str, str]) -> None:
    """Mend what is broken, and return once the site's scheduler has seen it; says what was done."""
    done: list[str] = []
    for database in found:
        done += _let_in(stack, site, database)
    done += ask(stack, site, "mending", {"verb": "mend"})["done"]
    for said in done:
        log.warning("%s", said)
    still = [
        s for s in look_now(stack, site).values() if s.state != "there" and s.database in found
    ]
    if still:
        raise LabError(f"the repository in {site} is not mended: {still[0].why}")
    began = time.time()

    def seen() -> bool:
        stanzas = watched(stack, site)[0].values()
        return all(stanza.looked >= began for stanza in stanzas)

    until(seen, SEEN_S, f"a look of the scheduler of {site} at its repository", every=0.25)


def _let_in(stack: Stack, site: str, database: str) -> Iterator[str]:
    """Make room for the leader's own segments, until it has archived them."""
    for _ in range(ROUNDS):
        stuck = duplicates(stack, database)
        if not stuck:
            return
        request = {"verb": "aside", "database": database, "segments": stuck}
        yield from ask(stack, site, "mending", request)["done"]
        with suppress(LabError):  # PostgreSQL rests for a minute, unless a segment is closed
            ask(stack, site, "restore", {"verb": "close-log", "database": database})
        until(
            lambda stuck=stuck: not set(stuck) & set(_waiting(stack, database)),
            ARCHIVED_S, f"the archiving of {', '.join(stuck)} of {database}", every=0.25,
        )  # fmt: skip
    raise LabError(f"ever more segments of {database} are in the archive with another content")


def duplicates(stack: Stack, database: str) -> list[str]:
    """The segments that a server which is no copy cannot archive, as others are in their place."""
    return _of_server(stack, database, _stuck)


def _waiting(stack: Stack, database: str) -> list[str]:
    """The segments that are not archived yet."""
    return _of_server(stack, database, _ready)


def _of_server(
    stack: Stack, database: str, look: Callable[[Stack, str, str], Iterable[str]]
) -> list[str]:
    """What is seen on the disks of servers that are no copies; what those know is of no use."""

    def seen(site: str) -> list[str]:
        try:
            if "standby.signal" in list_host_folder(stack, site, f"/srv/pg/{database}"):
                return []
            return list(look(stack, site, database))
        except (LabError, OSError):
            return []

    sites = [host.name for host in stack.hosts() if host.kind == "site" and is_on(stack, host.name)]
    return sorted({name for found in at_once(seen, sites) for name in found})


def _ready(stack: Stack, site: str, database: str) -> Iterator[str]:
    names = list_host_folder(stack, site, f"/srv/pg/{database}/pg_wal/archive_status")
    return (name.removesuffix(READY) for name in names if name.endswith(READY))


def _stuck(stack: Stack, site: str, database: str) -> Iterator[str]:
    ready = frozenset(_ready(stack, site, database))
    out = f"/srv/spool/{database}/archive/{database}/out"
    for name in list_host_folder(stack, site, out):
        segment = name.removesuffix(ERROR)
        if segment == name or segment not in ready:
            continue
        content = read_host_file(stack, site, f"{out}/{name}") or b""
        if content.partition(b"\n")[0] == str(DUPLICATE).encode():
            yield segment
