"""Backups from outside the hosts: where they are, what there is, restores, and the clock."""

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

from tricenter.lab.backup import usable
from tricenter.lab.backup.clock import CLOCK_FILE, clock_text
from tricenter.lab.backup.definition import DEFINITION, JOURNAL, STATUS, Definition, from_data
from tricenter.lab.backup.journal import Entry, parse
from tricenter.lab.backup.stanza import Stanza
from tricenter.lab.backup.stanza import from_data as from_stanza_data
from tricenter.lab.errors import LabError
from tricenter.lab.host import is_on, read_host_file, run_in_host, write_host_file
from tricenter.lab.services.repository import key
from tricenter.lab.services.schedule import PYTHON
from tricenter.lab.services.vault import image_of, names
from tricenter.lab.stack import Stack
from tricenter.lab.waits import until
from tricenter.topology.cron import fires

LONGEST = 6 * 3600.0
QUIET_WAIT = 300.0
"""Seconds to wait until a scheduler has done all that is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """From where and to where a restore goes; `vault` is None for the repository."""

    site: str
    repository: str | None
    vault: str | None


def definitions(stack: Stack) -> tuple[Definition, ...]:
    """What the schedulers of a stack were told, also in sites that are off."""
    found: list[Definition] = []
    for host in stack.hosts():
        content = read_host_file(stack, host.name, DEFINITION) if host.disk_mib else None
        if content is not None:
            found.append(from_data(json.loads(content)))
    return tuple(found)


def vaults(stack: Stack) -> tuple[str, ...]:
    """The vaults of a stack, by name."""
    return names(stack)


def choose_source(stack: Stack, database: str, place: str | None, site: str | None) -> Source:
    """Where to restore from and to; LabError when that place is not there or off."""
    on = [host.name for host in stack.hosts() if host.kind == "site" and is_on(stack, host.name)]
    if not on:
        raise LabError(f"no site of stack {stack.id} is on: a restore needs one to restore into")
    owner = next((d.site for d in definitions(stack) if database in _databases(d)), None)
    known = (*([owner] if owner else []), *vaults(stack))
    chosen = place or owner
    if chosen is None or chosen not in known:
        where = ", ".join(known) or "no place"
        raise LabError(f"{database} is not kept in {place!r}; it is in {where}")
    if chosen == owner and owner not in on:
        others = " or ".join(f"--from {vault}" for vault in vaults(stack)) or "power it on"
        raise LabError(f"{owner}, which has the repository of {database}, is off: {others}")
    target = site or (owner if owner in on else on[0])
    if target not in on:
        raise LabError(f"{target} is not a site that is on; these are: {', '.join(on)}")
    is_vault = chosen in vaults(stack)
    return Source(site=target, repository=owner, vault=chosen if is_vault else None)


def restore(
    stack: Stack, database: str, source: Source, to: datetime | None, *, keep: bool
) -> dict[str, Any]:
    """Restore into a scratch instance of a site; what its in-host half found, and its name."""
    name = f"{database}-{token_hex(3)}"
    _refuse_broken(stack, database, source)
    closed = source.vault is None and _close_log(stack, database, source)
    request = {
        "verb": "restore",
        "database": database,
        "name": name,
        "to": to.astimezone(UTC).isoformat() if to else None,
        "keep": keep,
        "vault": _vault(stack, source.vault) if source.vault else None,
        "key": key(stack) if source.vault else None,
    }
    found = ask(stack, source.site, "restore", request)
    stanza = stanza_of(stack, database, source)
    gap = usable.gap_before(stanza, to, found) if stanza else None
    return {**found, "name": name, "site": source.site, "log_closed": closed, "gap": gap}


def _refuse_broken(stack: Stack, database: str, source: Source) -> None:
    """LabError, with the way out, where the repository is of no use."""
    stanza = stanza_of(stack, database, source)
    if stanza and (why := usable.why_not(stanza)):
        held = usable.way_out(database, _held(stack, database, source.site))
        raise LabError(
            f"the repository in {source.repository} cannot be restored from: {why}; {held}"
        )


def stanza_of(stack: Stack, database: str, source: Source) -> Stanza | None:
    """What the repository of a restore has of a database; None where it cannot be asked."""
    site = source.repository
    if source.vault is not None or site is None or not is_on(stack, site):
        return None
    seen = map(from_stanza_data, ask(stack, site, "mending", {"verb": "look"})["repository"])
    return next((stanza for stanza in seen if stanza.database == database), None)


def _held(stack: Stack, database: str, site: str) -> list[str]:
    """The vaults that have a backup of a database."""
    request = {"databases": [], "vaults": [_vault(stack, name) for name in vaults(stack)]}
    try:
        found = ask(stack, site, "inventory", request)["vaults"]
    except LabError:
        return []
    return [name for name, facts in found.items() if facts["databases"].get(database)]


def drop(stack: Stack, name: str) -> None:
    """Remove a scratch instance that was kept, in whichever site it is."""
    for host in stack.hosts():
        if host.kind == "site" and is_on(stack, host.name):
            folder = ["test", "-d", f"/srv/scratch/{name}"]
            if run_in_host(stack, host.name, folder).returncode == 0:
                ask(stack, host.name, "restore", {"verb": "drop", "name": name})
                return
    raise LabError(f"there is no scratch instance {name!r} in a site that is on")


def connect_command(stack: Stack, site: str, folder: str, statement: str = "SELECT 1") -> str:
    """The command line that asks a scratch instance something."""
    argv = ["psql", "-h", folder, "-p", "5432", "-U", "postgres", "-d", "app", "-c", statement]
    own = ["tricenter", "exec", "--stack", stack.id, "--user", "postgres", site, "--"]
    return shlex.join([*own, *argv])


def inventory(stack: Stack, databases: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Every backup of a stack by database and place, and what places say of themselves."""
    wanted = frozenset(databases)
    found: list[dict[str, Any]] = []
    seen: set[str] = set()
    for definition in definitions(stack):
        disks = {vault.name: vault for b in definition.backups for vault in b.vaults}
        names = [name for name in _databases(definition) if not wanted or name in wanted]
        seen |= set(disks)
        if is_on(stack, definition.site):
            request = {"databases": names, "vaults": [_vault(stack, name) for name in disks]}
            answer = ask(stack, definition.site, "inventory", request)
            found.extend(_repository_places(definition.site, answer))
            found.extend(_vault_places(answer, wanted))
        else:
            found.append({"place": definition.site, "problem": "the site is off"})
            seen -= set(disks)
    lonely = [name for name in vaults(stack) if name not in seen]
    on = [host.name for host in stack.hosts() if host.kind == "site" and is_on(stack, host.name)]
    if lonely and on:
        request = {"databases": [], "vaults": [_vault(stack, name) for name in lonely]}
        found.extend(_vault_places(ask(stack, on[0], "inventory", request), wanted))
    return found


def _repository_places(site: str, answer: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for database, facts in answer["repository"].items():
        yield {"place": site, "database": database, "now": answer["now"], **facts}


def _vault_places(answer: Mapping[str, Any], wanted: frozenset[str]) -> Iterator[dict[str, Any]]:
    for name, facts in answer["vaults"].items():
        shared = {"place": name, "now": answer["now"], "shipped": facts["shipped"]}
        if not facts["databases"]:
            yield {**shared, "problem": "nothing was shipped yet"}
        for database, backups in facts["databases"].items():
            if not wanted or database in wanted:
                yield {**shared, "database": database, "backups": backups, "gaps": []}


def ask(stack: Stack, site: str, module: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """Have a module of lab/backup answer inside a host; LabError with its reason."""
    argv = [PYTHON, "-m", f"tricenter.lab.backup.{module}"]
    done = run_in_host(stack, site, argv, input=json.dumps(request), timeout=LONGEST)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        last = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        raise LabError(f"{module} in {site}: {last[0]}") from None
    if "error" in answer:
        raise LabError(answer["error"])
    return answer


def journal(stack: Stack, site: str) -> list[Entry]:
    """The events of a site's scheduler."""
    content = read_host_file(stack, site, JOURNAL)
    return parse(content.decode(errors="replace")) if content else []


def set_clock(stack: Stack, site: str, at: datetime) -> None:
    """Hand a time to a site's scheduler, from which its clock goes on."""
    write_host_file(stack, site, CLOCK_FILE, clock_text(at))


def release_clock(stack: Stack, site: str) -> None:
    """Let a site's scheduler follow the machine's clock again."""
    run_in_host(stack, site, ["rm", "-f", CLOCK_FILE], check=True)


def wait_quiet(stack: Stack, site: str, at: datetime, timeout: float = QUIET_WAIT) -> None:
    """Wait until a scheduler has seen a time and has nothing left to do."""

    def quiet() -> bool:
        said = run_in_host(stack, site, ["cat", STATUS])
        if said.returncode != 0:
            return False  # it has just been started
        status: dict[str, Any] = json.loads(said.stdout)
        return not status["waiting"] and datetime.fromisoformat(status["now"]) >= at

    until(quiet, timeout, f"the backups of {site} by {at.isoformat()}", every=0.25)


def pass_time(stack: Stack, site: str, after: datetime, to: datetime) -> int:
    """Let a scheduler live from one time to another, backup by backup; gives the stops made."""
    crons = {
        cron
        for definition in definitions(stack)
        if definition.site == site
        for job in definition.jobs()
        if (cron := job.cron)
    }
    stops = sorted({fire for cron in crons for fire in fires(cron, after, to)} | {to})
    for stop in stops:
        set_clock(stack, site, stop)
        wait_quiet(stack, site, stop)
    return len(stops)


def _databases(definition: Definition) -> tuple[str, ...]:
    return tuple(name for backup in definition.backups for name in backup.databases)


def _vault(stack: Stack, name: str) -> dict[str, str]:
    return {"name": name, "image": str(Path(image_of(stack, name)))}


def _close_log(stack: Stack, database: str, source: Source) -> bool:
    """Whether the leader could hand over the newest piece of its log."""
    if source.repository is None:
        return False
    try:
        ask(stack, source.repository, "restore", {"verb": "close-log", "database": database})
    except LabError:
        return False
    return True
