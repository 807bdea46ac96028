"""The services of a machine that is a site: what runs, as whom, with which settings."""

from collections.abc import Iterator
from dataclasses import dataclass

from tricenter.topology.machines import kept_days
from tricenter.topology.plan import Plan, PlannedHost
from tricenter.topology.render.patroni import backup_of, service_name
from tricenter.topology.render.pgbackrest import ETC, sites


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service for systemd; `runtime` is its folder in /run, `oom` its score when memory ends."""

    name: str
    what: str
    command: str
    user: str = "postgres"
    runtime: str
    reload: bool = False
    patroni: bool = False
    port_below_1024: bool = False
    oom: int = 0


def services(plan: Plan, host: PlannedHost) -> Iterator[Service]:
    """What a host runs: a voice, its databases, pgBackRest's server, a name server."""
    if host.voice:
        yield Service(
            name="etcd",
            what="The voice of this site in the store",
            command="/usr/bin/etcd --config-file /srv/etc/etcd/etcd.yml",
            runtime="tricenter-etcd",
            oom=-900,
        )
    for member in plan.members_of(host.name):
        folder = f"/srv/etc/patroni/{member.database}"
        yield Service(
            name=service_name(member.database),
            what=f"This site's copy of {member.database}, under Patroni",
            command=f"/opt/patroni/bin/patroni {folder}",
            runtime=service_name(member.database),
            reload=True,
            patroni=True,
            oom=-500,
        )
    if host.name in sites(plan):
        yield Service(
            name="pgbackrest",
            what="pgBackRest's server, by which sites reach each other's databases and log",
            command=f"/usr/bin/pgbackrest --config={ETC}/server.conf server",
            runtime="tricenter-pgbackrest",
        )
    if any(server.site == host.name for server in plan.zone.servers):
        yield Service(
            name="pdns",
            what="The name server of this site",
            command="/usr/sbin/pdns_server --config-dir=/srv/etc/pdns",
            user="pdns",
            runtime="pdns",
            port_below_1024=True,
        )


def stanzas(plan: Plan, host: PlannedHost) -> list[dict[str, object]]:
    """The databases whose repository a host keeps: their schedules, the days of retention."""
    found: list[dict[str, object]] = []
    for database in plan.databases:
        backup = backup_of(plan, database.name)
        if backup is not None and backup.repositories[0] == host.name:
            found.append(
                {
                    "database": database.name,
                    "full": backup.full,
                    "incremental": backup.incremental,
                    "days": kept_days(backup),
                }
            )
    return found
