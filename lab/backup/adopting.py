"""A restored copy becomes the database: every other copy is thrown away and made anew from it."""

import base64
import logging
from collections.abc import Callable

from tricenter.lab import patroni
from tricenter.lab.backup.asking import ask as ask_backups
from tricenter.lab.backup.asking import definitions
from tricenter.lab.errors import LabError
from tricenter.lab.host import is_on, run_in_host
from tricenter.lab.scram import verifier
from tricenter.lab.secrets import password
from tricenter.lab.service import start_service, stop_service
from tricenter.lab.stack import Stack
from tricenter.lab.store import ask as ask_store
from tricenter.lab.voices import planned_voices, serving
from tricenter.lab.waits import until
from tricenter.topology.plan import Plan, PlannedDatabase
from tricenter.topology.render.patroni import (
    APPLICATION,
    dynamic_config,
    service_name,
    socket_folder,
)

LEADS_S = 300.0
"""How long the restored copy may take to lead: it starts, and writes a timeline of its own."""
TABLES = (
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^(pg_|information_schema)'"
)

log = logging.getLogger(__name__)
Say = Callable[[str], None]


def live_tables(stack: Stack, database: PlannedDatabase) -> int | None:
    """How many tables the database has that serves now; None where none serves."""
    site = patroni.leader(stack, database)
    if site is None:
        return None
    return int(_query(stack, site, database.name, TABLES))


def _query(stack: Stack, site: str, database: str, statement: str) -> str:
    """What a site's server answers to a statement of ours."""
    argv = ["psql", "-XAtq", "-h", socket_folder(database), "-d", APPLICATION, "-c", statement]
    return run_in_host(stack, site, argv, user="postgres", check=True).stdout.strip()


def refuse_absent(stack: Stack, database: PlannedDatabase) -> None:
    """LabError while a site with a copy is off: with its disk it would come back as a stranger."""
    off = [member.site for member in database.members if not is_on(stack, member.site)]
    if off:
        raise LabError(
            f"{', '.join(off)} of {database.name} is off: `tricenter up` first, so that no copy "
            "of what was there before is left"
        )


def adopt(
    stack: Stack, plan: Plan, database: PlannedDatabase, scratch: str, site: str, say: Say
) -> None:
    """Make a scratch instance of a site the database; returns once every copy follows it.

    What is in the way in that site is kept beside the scratch instance, other copies are deleted.
    May be repeated after a failure with a new scratch instance.
    """
    refuse_absent(stack, database)
    name, members = service_name(database.name), database.members
    for member in members:
        stop_service(stack, member.site, name)
    _forget(stack, plan, database.name)
    say(f"{database.name}: all copies are stopped, {scratch} takes their place in {site}")
    request = {"verb": "adopt", "database": database.name, "name": scratch}
    ask_backups(stack, site, "restore", request)
    start_service(stack, site, name)
    what = f"the lead of {site} over the restored {database.name}"
    until(lambda: patroni.leader(stack, database) == site, LEADS_S, what, every=0.5)
    _give_passwords(stack, site, database.name)
    own = next(member for member in members if member.site == site)
    patroni.change_config(stack, own, dynamic_config(plan, database))
    for member in members:
        if member.site != site:
            data = f"/srv/pg/{database.name}"
            run_in_host(stack, member.site, ["rm", "-rf", data], user="postgres", check=True)
            start_service(stack, member.site, name)
    say(f"{database.name}: {site} leads, the other sites copy it")
    _renew_stanza(stack, site, database.name, say)
    patroni.await_settled(stack, plan, LEADS_S, only=database.name)


def _forget(stack: Stack, plan: Plan, database: str) -> None:
    """Take all that the store has of a database: of the one that was there before."""
    addresses = planned_voices(stack, plan).addresses
    hosts = serving(stack, addresses)
    if not hosts:
        raise LabError("the store has no majority: `tricenter up` brings its voices back")
    key, end = (f"/service/{database}{mark}".encode() for mark in ("/", "0"))  # "0" follows "/"
    body = {"key": base64.b64encode(key).decode(), "range_end": base64.b64encode(end).decode()}
    ask_store(stack, hosts[0], addresses[hosts[0]], "/v3/kv/deleterange", body)


def _give_passwords(stack: Stack, site: str, database: str) -> None:
    """The roles of this stack: a copy of another one has that one's passwords."""
    lines = [
        f"ALTER ROLE {role} PASSWORD '{verifier(password(stack, f'{database}-{given}'))}';"
        for role, given in (("replicator", "replication"), ("rewinder", "rewind"))
    ]
    script = "\n".join(["SET log_statement = 'none';", *lines, ""])
    argv = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", socket_folder(database)]
    argv += ["-d", "postgres", "-f", "-"]
    run_in_host(stack, site, argv, user="postgres", input=script, check=True)
    run_in_host(
        stack,
        site,
        [*argv[:-1], f"/srv/etc/patroni/{database}/{APPLICATION}.sql"],
        user="postgres",
        check=True,
    )


def _renew_stanza(stack: Stack, site: str, database: str, say: Say) -> None:
    """Let the repository take the restored database; what it had of another is set aside."""
    system = _query(stack, site, database, "SELECT system_identifier FROM pg_control_system()")
    for definition in definitions(stack):
        kept = (name for backup in definition.backups for name in backup.databases)
        if database in kept and is_on(stack, definition.site):
            request = {"verb": "renew", "database": database, "system": system}
            for line in ask_backups(stack, definition.site, "mending", request)["done"]:
                say(line)
