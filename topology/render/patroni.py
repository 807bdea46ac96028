"""Patroni's configuration: one file for each member, and what all members of a database share."""

from collections.abc import Iterator
from math import ceil
from typing import Any

from tricenter.topology.log_shipping import pace_of
from tricenter.topology.plan import Plan, PlannedBackup, PlannedDatabase, PlannedMember
from tricenter.topology.quoting import shell
from tricenter.topology.render import RenderedFile, fill
from tricenter.topology.render.etcd import client_hosts

SYNCHRONOUS_MODE = {"quorum": "quorum", "sync": "on", "async": "off"}
"""Patroni's word for each commit mode."""

DEFAULT_BINARIES = "/srv/etc/postgresql/bin"
"""Where a host finds PostgreSQL's programs when the spec names no version: a link to its newest."""

STOP_S = 10
"""Seconds that a leader that demotes itself has for an orderly stop, then it is killed.

PostgreSQL's fast shutdown waits for the archiver's last attempts and for standbys; meanwhile the
lease is kept and nobody else leads (Patroni 4.1.5, ha.py `primary_stop_timeout`, 2026-11-30).
"""

FETCH = "fetch-log"
"""In a database's socket folder: while this file is there, its server restores from the archive."""

APPLICATION = "app"
"""The application's database, and the role that owns it."""


def files(plan: Plan) -> Iterator[RenderedFile]:
    """The configuration of each member, `<site>/patroni/<database>/member.yml`.

    Passwords are not in it: a target puts `secrets.yml` beside it, which Patroni reads after it.
    """
    for database in plan.databases:
        for member in database.members:
            yield RenderedFile(
                path=f"{member.site}/patroni/{database.name}/member.yml",
                text=fill("patroni.yml.j2", _values(plan, database, member)),
            )


def dynamic_config(plan: Plan, database: PlannedDatabase) -> dict[str, Any]:
    """What Patroni keeps in the store for all members: timing, commit mode, shared parameters."""
    disk = min(plan.host(member.site).disk_mib for member in database.members)
    return {
        "ttl": ceil(plan.timing.ttl),
        "loop_wait": ceil(plan.timing.loop_wait),
        "retry_timeout": ceil(plan.timing.retry_timeout),
        "maximum_lag_on_failover": 1048576,
        # A leader that comes back writes log of its old timeline while it recovers, so its position
        # alone may be the furthest: without this it wins an election over one that has more.
        "check_timeline": True,
        # A demotion must not wait for an archive or a standby that is gone.
        "primary_stop_timeout": STOP_S,
        "synchronous_mode": SYNCHRONOUS_MODE[database.mode],
        "synchronous_mode_strict": database.strict,
        "synchronous_node_count": database.acks,
        "postgresql": {
            "use_pg_rewind": True,
            "use_slots": True,
            "parameters": {
                "max_connections": 100,
                "max_wal_senders": 10,
                "max_replication_slots": 10,
                "max_worker_processes": 4,
                "max_locks_per_transaction": 64,
                "max_prepared_transactions": 0,
                "wal_level": "replica",
                "wal_log_hints": "on",
                # A site that stays away must not fill the leader's disk with log it will not read.
                "max_slot_wal_keep_size": f"{max(128, disk // 8)}MB",
            },
        },
    }


def backup_of(plan: Plan, database: str) -> PlannedBackup | None:
    """The first schedule that keeps this database in a repository, if any does."""
    return next((b for b in plan.backups if database in b.databases and b.repositories), None)


def socket_folder(database: str) -> str:
    """Where the sockets of one database's server are: two servers of a site share the port."""
    return f"/run/{service_name(database)}"


def service_name(database: str) -> str:
    """What a site's supervisor calls the database; it makes the folder of that name in /run."""
    return f"database-{database}"


def restore_command(database: str) -> str:
    """What a server fetches a segment of the log with, where the leader no longer has it.

    Only while the FETCH file is there: PostgreSQL also calls it when it promotes, and there an
    unreachable repository would add its time-outs to every failover. It ends below 126 where the
    segment is not to be had, which PostgreSQL takes for an answer.
    """
    gate = f"test -e {shell(f'{socket_folder(database)}/{FETCH}')}"
    configuration = shell(f"--config=/srv/etc/pgbackrest/{database}.conf")
    stanza = shell(f"--stanza={database}")
    return f'{gate} && pgbackrest {configuration} {stanza} archive-get %f "%p"'


def create_command(binaries: str, database: str) -> str:
    """What makes the application's role and database in a new cluster.

    Patroni runs it as a list of words (`shlex`), PostgreSQL's two commands run in a shell.
    """
    script = f"/srv/etc/patroni/{database}/{APPLICATION}.sql"
    return f"{shell(f'{binaries}/psql')} -X -q -v ON_ERROR_STOP=1 -f {shell(script)}"


def archive_command(database: str) -> str:
    """What a server puts a segment of its log into the repository with.

    Nor does a failing archive stop a shutdown: a code above 125 ends the archiver, which else tries
    on six times in all.
    """
    configuration = shell(f"--config=/srv/etc/pgbackrest/{database}.conf")
    push = f"pgbackrest {configuration} {shell(f'--stanza={database}')} archive-push %p"
    ending = "grep -qs '^stopping' postmaster.pid && exit 127"
    return f"{push} || {{ code=$?; {ending}; exit $code; }}"


def creates(plan: Plan, database: PlannedDatabase, site: str) -> bool:
    """Whether a site's member may create a database that nobody has.

    On a cloud only the preferred site's may, so that it leads at first whichever machine is ready
    first. The lab starts the members in that order itself.
    """
    return plan.host(site).place is None or site == database.prefer


def _values(plan: Plan, database: PlannedDatabase, member: PlannedMember) -> dict[str, object]:
    backup = backup_of(plan, database.name)
    peers = sorted(
        {member.address for member in database.members}
        | {plan.host(member.site).address for member in database.members}
    )
    clients = sorted(
        {subnet for _, subnets in plan.zone.clients for subnet in subnets}
        | {host.place.network for host in plan.hosts if host.place}
    )
    version = database.version
    binaries = f"/usr/lib/postgresql/{version}/bin" if version else DEFAULT_BINARIES
    return {
        "database": database,
        "member": member,
        "application": APPLICATION,
        "dynamic": dynamic_config(plan, database),
        "store": client_hosts(plan, member.site),
        "binaries": binaries,
        "create": create_command(binaries, database.name),
        "sockets": socket_folder(database.name),
        "peers": peers,
        "clients": clients,
        "first": creates(plan, database, member.site),
        "archived": backup is not None,
        "archive": archive_command(database.name),
        "restore": restore_command(database.name),
        "archive_timeout": pace_of(backup.ship if backup else None).archive_timeout,
    }
