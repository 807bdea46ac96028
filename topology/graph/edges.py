"""What a picture shows as lines: replication while the preferred sites lead, and backup copies."""

from dataclasses import dataclass

from tricenter.topology.links import link_between, stated_links
from tricenter.topology.spec import Topology


@dataclass(frozen=True, slots=True, kw_only=True)
class Replication:
    """One database's stream from the site that is preferred to lead it to a replica."""

    database: str
    source: str
    target: str
    mode: str
    rtt: float

    @property
    def label(self) -> str:
        """What is written beside the line: the mode and the round trip."""
        return f"{self.mode} · {self.rtt * 1000:g} ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A backup's way from the site of its repository to a further place."""

    backup: str
    source: str
    target: str


def replications(topology: Topology) -> tuple[Replication, ...]:
    """Every stream of every database, by database and replica."""
    found: list[Replication] = []
    stated = stated_links(topology)
    for name, database in sorted(topology.databases.items()):
        for site, replica in sorted(database.replicas.items()):
            mode = database.commit.mode if replica.voter else "async"
            rtt = link_between(topology, database.prefer, site, stated).rtt
            found.append(
                Replication(database=name, source=database.prefer, target=site, mode=mode, rtt=rtt)
            )
    return tuple(found)


def copies(topology: Topology) -> tuple[Copy, ...]:
    """Every backup copy from the first place of a schedule to each further one."""
    return tuple(
        Copy(backup=name, source=backup.copies[0], target=target)
        for name, backup in sorted(topology.backups.items())
        for target in backup.copies[1:]
    )


def roles_of(topology: Topology, site: str) -> tuple[tuple[str, str], ...]:
    """Each database that a site holds, and what the spec wants of it there."""
    found: list[tuple[str, str]] = []
    for name, database in sorted(topology.databases.items()):
        if database.prefer == site:
            found.append((name, "preferred to lead"))
        elif site in database.replicas:
            voter = database.replicas[site].voter and database.commit.mode != "async"
            found.append((name, "voter" if voter else "asynchronous copy"))
    return tuple(found)


def order_text(steps: tuple[tuple[str, ...], ...]) -> str:
    """A fallback order in words: 'binjiang + xihu, then tianfu'."""
    return ", then ".join(" + ".join(step) for step in steps)
