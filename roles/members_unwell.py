"""What is unwell with a self-managed database on a cloud, judged by what its members said.

The same words and codes as the lab's (lab/unwell), from which a status is made in the same way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from tricenter.lab.drift import drift
from tricenter.lab.unwell import UP, Breaks, Unwell
from tricenter.roles.interface import DatabaseRoles
from tricenter.topology.copy_anew import CONFIRMS, COPYING, LEADS, follows
from tricenter.topology.plan import PlannedDatabase


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the members of a database said: each of itself, and what they all know alike.

    `wanted` is what the spec has them share.
    """

    states: Mapping[str, Mapping[str, Any] | None]
    wanted: Mapping[str, Any]
    config: Mapping[str, Any] | None
    cluster: Mapping[str, Any] | None


def find(database: PlannedDatabase, roles: DatabaseRoles, seen: Seen) -> Iterator[Unwell]:
    """Everything that is unwell with a database of which at least one member answers."""
    yield from _leaders(database, roles, seen)
    yield from _settings(database, seen)
    yield from _commits(database, roles, seen)
    yield from _members(database, roles, seen)


def not_asked(database: str, proxy: str) -> Unwell:
    """A database of which nobody can be asked: whether its promises hold is not known."""
    return Unwell(
        code="not-asked",
        where=database,
        says=f"{database}: none of its members can be asked from here, so nothing is known of it: "
        f"run this where the sites' networks are reached, or let {proxy} name a proxy that does",
    )


def _leaders(database: PlannedDatabase, roles: DatabaseRoles, seen: Seen) -> Iterator[Unwell]:
    if roles.leader is not None:
        return
    name = database.name
    broken = (Breaks(measure="failover", database=name),)
    leading = [
        site
        for site, said in seen.states.items()
        if said and said.get("role") in {"primary", "master", "promoted"}
    ]
    if len(leading) > 1:
        yield Unwell(
            code="two-leaders",
            where=name,
            says=f"{name}: {' and '.join(leading)} both say that they lead",
            mends="itself",
            breaks=broken,
        )
    else:
        yield Unwell(
            code="no-leader",
            where=name,
            says=f"{name} has no leader: no writes",
            mends="itself",
            breaks=broken,
        )


def _settings(database: PlannedDatabase, seen: Seen) -> Iterator[Unwell]:
    """A pause and settings that differ; and those in force only after a restart."""
    name = database.name
    if seen.config is None:
        yield Unwell(
            code="settings-unknown",
            where=name,
            says=f"{name}: no member says which settings are in force: its store does not answer",
            breaks=(Breaks(measure="failover", database=name),),
        )
        return
    for entry in drift(seen.wanted, seen.config):
        paused, measure = entry.name == "pause", entry.measure
        yield Unwell(
            code="paused" if paused else "settings-drift",
            where=name,
            says=f"{name} is in pause: nothing fails over" if paused else f"{name}: {entry}",
            next=UP,
            mends="up",
            breaks=(Breaks(measure=measure, database=name),) if measure else (),
        )


def _commits(database: PlannedDatabase, roles: DatabaseRoles, seen: Seen) -> Iterator[Unwell]:
    """A leader whose commits wait for fewer sites than the spec wants, or for none."""
    if database.mode == "async" or roles.leader is None:
        return
    said = seen.states.get(roles.leader) or {}
    confirming = {
        str(row["application_name"])
        for row in said.get("replication") or ()
        if row.get("state") == "streaming" and row.get("sync_state") in {"sync", "quorum"}
    }
    if len(confirming) >= database.acks:
        return
    name, leader = database.name, roles.leader
    alone = f"{name}: {leader} commits alone, confirmed by no other site"
    few = f"{name}: commits are confirmed by {', '.join(sorted(confirming))} only"
    yield Unwell(
        code="commits-alone",
        where=name,
        says=f"{few if confirming else alone}: the loss of {leader} now loses acknowledged writes",
        mends="itself",
        breaks=(Breaks(measure="commits", database=name),),
    )


def _members(database: PlannedDatabase, roles: DatabaseRoles, seen: Seen) -> Iterator[Unwell]:
    name = database.name
    for role in roles.members:
        said, where = seen.states.get(role.site), f"{name}/{role.site}"
        if said is None:
            yield Unwell(
                code="member-silent", where=where, says=f"{name} in {role.site} does not answer"
            )
        elif not follows(said) or said.get("state") == COPYING:
            yield Unwell(
                code="copy-does-not-follow",
                where=where,
                says=f"{name} in {role.site} does not follow: {_state(role.site, said, seen)}",
                next=_way_back(name, role.site) if roles.leader else None,
                mends="itself",
            )
        if said is not None and said.get("pending_restart"):
            yield Unwell(
                code="restart-pending",
                where=where,
                says=f"{name} in {role.site} has settings that count only after a restart: "
                f"{_pending(said)}",
            )


def _way_back(database: str, site: str) -> str:
    """The verb for a copy whose machine does not bring it back by itself."""
    return f"tricenter rejoin {site} --database {database}"


def _state(site: str, said: Mapping[str, Any], seen: Seen) -> str:
    """What a member is at, with its timeline where it is not the leader's."""
    members = cast(list[Mapping[str, Any]], (seen.cluster or {}).get("members") or [])
    first = next((m.get("timeline") for m in members if m.get("role") in LEADS), None)
    state = str(said.get("replication_state") or said.get("state", "unknown"))
    own = said.get("timeline")
    if own and first and own != first:
        return f"{state}, on timeline {own} where the leader is on {first}"
    if any(m.get("name") == site and m.get("role") in CONFIRMS for m in members):
        return f"{state}, though it is one of those who confirm commits"
    return state


def _pending(said: Mapping[str, Any]) -> str:
    """The names of settings that wait, as Patroni gives the reason."""
    reason = cast(object, said.get("pending_restart_reason"))
    if not isinstance(reason, dict):
        return "unknown which"
    return ", ".join(sorted(cast(Mapping[str, Any], reason)))
