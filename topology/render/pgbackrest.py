"""pgBackRest's configuration: each site's server, each database's archive, each repository."""

from collections.abc import Iterator, Mapping

from tricenter.topology.plan import Plan, PlannedBackup, PlannedDatabase
from tricenter.topology.render import RenderedFile, fill
from tricenter.topology.render.patroni import backup_of, socket_folder

PORT = 8432
ETC = "/srv/etc/pgbackrest"
REPOSITORY = "/srv/pgbackrest"
SECRETS = f"{ETC}/secret.d"
"""Where a target puts the repository's key, readable by the owner alone."""

MINIMUM_QUEUE_MIB = 64
"""Four segments of the log: less would drop some at the first hiccup."""

PATIENCE_S = 2
"""Seconds that PostgreSQL waits for one piece of the log before it asks again, in the same pace
whether the repository is slow or lost."""


def files(plan: Plan) -> Iterator[RenderedFile]:
    """The files of each site: `server.conf`, one per database, and `repository.conf`.

    The key of a repository is not in them: it is read from `secret.d` beside them.
    """
    backups = {d.name: b for d in plan.databases if (b := backup_of(plan, d.name)) is not None}
    databases = tuple(d for d in plan.databases if d.name in backups)
    for site in sites(plan):
        server = {
            "address": plan.host(site).address,
            "port": PORT,
            "clients": _clients(plan, databases),
        }
        yield _file(site, "server.conf", "pgbackrest-server.conf.j2", server)
        held = sum(site in {m.site for m in d.members} for d in databases)
        queue = max(MINIMUM_QUEUE_MIB, plan.host(site).disk_mib // (4 * max(held, 1)))
        for database in databases:
            values = _database(database, backups[database.name])
            values |= {"queue": queue, "patience": PATIENCE_S}
            yield _file(site, f"{database.name}.conf", "pgbackrest-database.conf.j2", values)
        own = [d for d in databases if backups[d.name].repositories[0] == site]
        if own:
            stanzas = [_database(database, backups[database.name]) for database in own]
            values = {"repository": REPOSITORY, "stanzas": stanzas}
            yield _file(site, "repository.conf", "pgbackrest-repository.conf.j2", values)


def sites(plan: Plan) -> tuple[str, ...]:
    """The sites that have a part in backups: they hold a copy of a database, or a repository."""
    found: set[str] = set()
    for database in plan.databases:
        if (backup := backup_of(plan, database.name)) is not None:
            found |= {backup.repositories[0], *(member.site for member in database.members)}
    return tuple(sorted(found))


def _clients(plan: Plan, databases: tuple[PlannedDatabase, ...]) -> list[tuple[str, str]]:
    names = ",".join(database.name for database in databases)
    return [(site, names) for site in sites(plan)]


def _database(database: PlannedDatabase, backup: PlannedBackup) -> dict[str, object]:
    return {
        "database": database,
        "repository_site": backup.repositories[0],
        "etc": ETC,
        "secrets": SECRETS,
        "port": PORT,
        "sockets": socket_folder(database.name),
        "data": f"/srv/pg/{database.name}",
    }


def _file(site: str, name: str, template: str, values: Mapping[str, object]) -> RenderedFile:
    return RenderedFile(path=f"{site}/pgbackrest/{name}", text=fill(template, values))
