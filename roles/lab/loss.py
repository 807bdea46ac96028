"""What a forced promotion on the lab may lose, from what the members say: arithmetic alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil

from tricenter.roles.interface import Loss
from tricenter.roles.lab.remembered import Remembered

SMALLEST_COMMIT = 40
"""Bytes of the log that a commit takes at least: a 24-byte record header, 2 of data header, 8 of
time, aligned to 8 (PostgreSQL 15 to 17, access/xlogrecord.h and access/xact.h, 2026-11-24)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What the store says of a database, as a majority of it knows.

    `position` is the leader's last byte of the log, written each loop. Of `voters` any that
    number more than `quorum` have every acknowledged commit between them (Patroni's /sync).
    """

    position: int | None
    voters: frozenset[str]
    quorum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of one database before it is forced.

    `positions` are bytes of the log that each answering member has on disk, `lags` the leader's
    own measure of each standby in seconds, `replayed` the seconds since the last commit that a
    member has replayed was made. `agreed` is None where the store has no majority. `loop_wait` is
    how often the leader tells its position, in seconds. `remembered` is what the voice of the site
    to be promoted says of who led last, `timelines` what each answering member is on, and
    `committed` the seconds since the last commit in that site's own log was made.
    """

    leader: str | None
    positions: Mapping[str, int | None]
    lags: Mapping[str, float]
    replayed: Mapping[str, float | None]
    agreed: Agreed | None
    loop_wait: float
    remembered: Remembered | None = None
    timelines: Mapping[str, int | None] = field(default_factory=dict[str, "int | None"])
    committed: float | None = None


def expected_loss(evidence: Evidence, to: str) -> Loss:
    """The upper end of what promoting `to` loses; None where nothing bounds it."""
    if evidence.leader == to:
        return Loss(seconds=0.0, transactions=0, source=f"{to} leads already")
    if evidence.positions.get(to) is None:
        return Loss(
            seconds=None, transactions=None, source=f"{to} does not say how far it has the log"
        )
    if evidence.leader is not None:
        return _from_living_leader(evidence, evidence.leader, to)
    proven = _from_commits(evidence, to) or _from_own_lead(evidence, to)
    return proven or _from_last_words(evidence, to)


def _from_living_leader(evidence: Evidence, leader: str, to: str) -> Loss:
    have, ahead = evidence.positions.get(to), evidence.positions.get(leader)
    seconds = evidence.lags.get(to)
    if have is None or ahead is None:
        return Loss(seconds=seconds, transactions=None, source=f"lag that {leader} measures")
    missing = max(0, ahead - have)
    if missing == 0:
        # The leader's own measure is of the last write that it heard back of, also a past one.
        seconds = 0.0
    return Loss(
        seconds=seconds,
        transactions=ceil(missing / SMALLEST_COMMIT),
        source=f"{to} lacks {missing} bytes of the log of {leader}, which answers",
    )


def _from_commits(evidence: Evidence, to: str) -> Loss | None:
    """No loss, where the answering copies hold every commit together and `to` has the most."""
    agreed = evidence.agreed
    answering = {site: at for site, at in evidence.positions.items() if at is not None}
    if agreed is None or len(agreed.voters & answering.keys()) <= agreed.quorum:
        return None
    if answering[to] < max(answering.values()) or _is_behind(evidence, to):
        return None
    waited = len(agreed.voters) - agreed.quorum
    why = f"each commit waited for {waited} of {len(agreed.voters)} voters; {to} has the most left"
    return Loss(seconds=0.0, transactions=0, source=why)


def _from_own_lead(evidence: Evidence, to: str) -> Loss | None:
    """What the former leader lacks: nothing, unless another was promoted since.

    Whatever was acknowledged while it led is in its own log. None where it did not lead last, by
    what its voice says or by the timeline of another member.
    """
    said = evidence.remembered
    if said is None or said.leader != to or evidence.timelines.get(to) is None:
        return None
    if _is_behind(evidence, to):
        return None
    have, agreed = evidence.positions[to] or 0, evidence.agreed
    if said.agreed:
        if agreed is None or agreed.position is None or have < agreed.position:
            return None
        why = f"{to} led last, as a majority of the store says, and has its whole log"
        return Loss(seconds=0.0, transactions=0, source=why)
    own = f"{to} led last by its own copy of the store, and has all that it acknowledged itself"
    others = " and ".join(said.without)
    if evidence.committed is None:
        why = (
            f"{own}; but no time of a commit is in its log, and {others} may have promoted another"
        )
        return Loss(seconds=None, transactions=None, source=why)
    return Loss(
        seconds=evidence.committed,
        transactions=None,
        source=f"{own}: nothing is lost, unless {others} have promoted another without it since "
        f"its last commit, {evidence.committed:.1f} s ago",
    )


def _is_behind(evidence: Evidence, site: str) -> bool:
    """Whether a later timeline is known: then positions say nothing, as the logs have parted."""
    own = evidence.timelines.get(site)
    known = [line for line in evidence.timelines.values() if line is not None]
    if evidence.remembered is not None and evidence.remembered.timeline is not None:
        known.append(evidence.remembered.timeline)
    return own is not None and own < max(known, default=own)


def _from_last_words(evidence: Evidence, to: str) -> Loss:
    have = evidence.positions[to] or 0
    last = evidence.agreed.position if evidence.agreed else None
    if last is not None and have >= last and not _is_behind(evidence, to):
        return Loss(
            seconds=evidence.loop_wait,
            transactions=None,
            source=f"{to} has all that the leader had when it last told the store, which it does "
            f"every {evidence.loop_wait:g} s",
        )
    seconds = evidence.replayed.get(to)
    seconds = evidence.committed if seconds is None else seconds
    if seconds is None:
        why = f"no leader answers, and no time of a commit is in the log of {to}"
        return Loss(seconds=None, transactions=None, source=why)
    return Loss(
        seconds=seconds,
        transactions=None,
        source=f"no leader answers; the last commit that {to} has was made {seconds:.1f} s ago",
    )
