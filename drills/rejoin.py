"""Rejoining: what a lost site's copies were before, and how they came back."""

import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass

from tricenter.drills.history import Writer
from tricenter.lab.host import read_host_file, run_in_host
from tricenter.lab.patroni import ask, is_settled, member_state
from tricenter.lab.stack import Stack
from tricenter.topology.plan import Plan, PlannedMember
from tricenter.topology.render import patroni

REWIND = re.compile(r"running pg_rewind|rewind completed|pg_rewind exit code=0", re.IGNORECASE)
FULL_COPY = re.compile(
    r"bootstrap from leader|replica has been created|pg_basebackup|basebackup: starting",
    re.IGNORECASE,
)
"""What Patroni 4.1 logs when it rewinds, or makes a copy from nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """A copy before the fault: the cluster it belongs to, and how long Patroni's log was."""

    member: PlannedMember
    system: str
    log_length: int


def before(stack: Stack, plan: Plan, sites: Iterable[str]) -> tuple[Before, ...]:
    """The copies in these sites as they are now."""
    return tuple(
        Before(
            member=member,
            system=system_of(stack, member),
            log_length=len(log_of(stack, member)),
        )
        for site in sites
        for member in plan.members_of(site)
    )


def note_rejoined(
    stack: Stack, copies: tuple[Before, ...], history: Writer, broken: float, healed: float
) -> tuple[Before, ...]:
    """Note every copy that follows its leader again; returns those that do not yet.

    `broken` is the fault's wall-clock time; `healed` the monotonic one at which power came back.
    """
    missing: list[Before] = []
    for copy in copies:
        if not is_settled(member_state(stack, copy.member)):
            missing.append(copy)
            continue
        _note(stack, copy, history, broken, healed)
    return tuple(missing)


def _note(stack: Stack, copy: Before, history: Writer, broken: float, healed: float) -> None:
    member = copy.member
    took = round(time.monotonic() - healed, 2)
    said = log_of(stack, member)[copy.log_length :]
    births = births_of(stack, member)
    copied = bool(FULL_COPY.search(said))
    history.add(
        "rejoined",
        database=member.database,
        site=member.site,
        seconds=took,
        how="full copy" if copied else "pg_rewind" if REWIND.search(said) else "log alone",
        full_copy_logged=copied,
        system_before=copy.system,
        system_after=system_of(stack, member),
        files=len(births),
        files_kept=sum(birth < broken for birth in births),
    )


def system_of(stack: Stack, member: PlannedMember) -> str:
    """The cluster's identifier, which only initdb makes."""
    found = ask(stack, member, "/patroni")
    return str(json.loads(found[1]).get("database_system_identifier")) if found else "no answer"


def log_of(stack: Stack, member: PlannedMember) -> str:
    path = f"/srv/log/{patroni.service_name(member.database)}.log"
    return (read_host_file(stack, member.site, path) or b"").decode(errors="replace")


def births_of(stack: Stack, member: PlannedMember) -> list[float]:
    """When each data file came into being: a full copy makes every one anew."""
    folder = f"/srv/pg/{member.database}/base"
    # Without `check`: a file may go away while it is looked at. stat says 0 for no known birth,
    # which must not pass for old.
    ask_births = ["find", folder, "-type", "f", "-exec", "stat", "-c", "%.3W", "{}", "+"]
    found = run_in_host(stack, member.site, ask_births).stdout.split()
    return [float(birth) or float("inf") for birth in found]
