"""Bringing copies of the lab back: from the archive where that suffices, else made anew."""

import time

from tricenter.lab import patroni
from tricenter.lab.copies import Reason, reason
from tricenter.lab.errors import LabError
from tricenter.lab.host import is_on, run_in_host
from tricenter.lab.patroni import MemberState
from tricenter.lab.service import service_log
from tricenter.lab.stack import Stack
from tricenter.roles.interface import Return, RoleError, Say, Way
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedMember
from tricenter.topology.render.patroni import FETCH, backup_of, service_name, socket_folder

FETCH_S = 60.0
"""Seconds without progress after which the archive is given up."""
COPY_S = 3600.0
ANSWER_S = 30.0
"""Seconds that an agent may take that was started only now: the others say meanwhile how it is."""
SAY_EVERY_S = 2.0
WORDS: dict[Way, str] = {
    "none": "follows its leader",
    "wait": "is on its way",
    "fetch": "restores from the archive what its leader no longer has",
    "copy": "is copied anew",
}


def returns(stack: Stack, plan: Plan, site: str, *, anew: bool) -> tuple[Return, ...]:
    """How each copy in a site comes back; LabError where the site has no power or no leader is."""
    if not is_on(stack, site):
        raise LabError(f"{site} has no power: `tricenter up` switches it on, or builds it anew")
    return tuple(
        _return(stack, plan, database, member, anew=anew)
        for database in plan.databases
        for member in database.members
        if member.site == site
    )


def _return(
    stack: Stack, plan: Plan, database: PlannedDatabase, member: PlannedMember, *, anew: bool
) -> Return:
    leads = patroni.leader(stack, database)
    if leads is None:
        raise LabError(
            f"{database.name} has no leader to come back to: `tricenter failover` appoints one"
        )
    state = patroni.member_state(stack, member)
    found = reason(service_log(stack, member.site, service_name(database.name), 200).splitlines())
    archived = backup_of(plan, database.name) is not None
    way, why = cheapest(state, found, leads=leads == member.site, archived=archived, anew=anew)
    return Return(database=database.name, site=member.site, way=way, why=why)


def cheapest(
    state: MemberState | None, found: Reason | None, *, leads: bool, archived: bool, anew: bool
) -> tuple[Way, str]:
    """The cheapest way that is safe, and why. A leader stays as it is, whatever is asked."""
    if leads:
        return "none", "it leads"
    if anew:
        return "copy", "as you asked"
    if patroni.is_settled(state):
        return "none", "it follows its leader"
    if found is not None and found.way == "fetch" and not archived:
        return "copy", f"{found.says}, and no archive has it"
    if found is not None and found.way in {"fetch", "copy"}:
        return found.way, found.says
    if found is not None:
        return "wait", found.says
    said = "it does not answer" if state is None else f"it says: {state.state}"
    return "wait", said


def rejoin(stack: Stack, plan: Plan, copy: Return, say: Say) -> None:
    """Bring one copy back; returns once it follows. LabError where no way leads there."""
    database = next(d for d in plan.databases if d.name == copy.database)
    member = next(m for m in database.members if m.site == copy.site)
    if copy.way == "none":
        return
    if copy.way != "copy":
        if copy.way == "fetch":
            _let_fetch(stack, member)
        say(f"{copy.database} in {copy.site} {WORDS[copy.way]}")
        if _follows(stack, member, FETCH_S, say):
            return
        say(f"{copy.database} in {copy.site} does not get on: it is copied anew")
    _copy(stack, database, member, say)


def _let_fetch(stack: Stack, member: PlannedMember) -> None:
    run_in_host(stack, member.site, ["touch", _flag(member)], user="postgres", check=True)


def stop_fetching(stack: Stack, member: PlannedMember) -> None:
    """Let a copy promote without its archive, which may be lost with the leader: PostgreSQL asks
    it for log and history before it takes writes, a time-out each."""
    run_in_host(stack, member.site, ["rm", "-f", _flag(member)], user="postgres", check=True)


def _flag(member: PlannedMember) -> str:
    return f"{socket_folder(member.database)}/{FETCH}"


def _follows(stack: Stack, member: PlannedMember, patience: float, say: Say) -> bool:
    """Wait while the copy gets on; whether it follows in the end."""
    position, moved, told = None, time.monotonic(), 0.0
    while (now := time.monotonic()) - moved < patience:
        state = patroni.member_state(stack, member)
        if patroni.is_settled(state):
            return True
        at = state.received if state else None
        if at != position:
            position, moved = at, now
            if at is not None and now - told >= SAY_EVERY_S:
                told = now
                say(f"{member.database} in {member.site} has the log up to byte {at}")
        time.sleep(0.25)
    return False


def _copy(stack: Stack, database: PlannedDatabase, member: PlannedMember, say: Say) -> None:
    """Have Patroni make the copy anew, telling how far it is; goes on with one that is begun."""
    leads = patroni.leader(stack, database)
    if leads is None or leads == member.site:
        raise RoleError(f"{database.name} is led by {leads or 'nobody'}: nothing to copy from")
    state = patroni.member_state(stack, member)
    if state is None or state.state != "creating replica":
        said = _ask_for_copy(stack, member)
        if said is None or said[0] != 200:
            why = said[1].strip() if said else "no answer"
            raise LabError(f"{database.name} in {member.site}: Patroni made no new copy: {why}")
    say(f"{database.name} in {member.site} is copied anew")
    whole, began, told = _size(stack, leads, database.name), time.monotonic(), time.monotonic()
    while (now := time.monotonic()) - began < COPY_S:
        if patroni.is_settled(patroni.member_state(stack, member)):
            return
        if now - told >= SAY_EVERY_S:
            told = now
            say(progress(_size(stack, member.site, database.name), whole, now - began))
        time.sleep(0.25)
    raise LabError(f"the copy of {database.name} in {member.site} is not whole after {COPY_S:g} s")


def _ask_for_copy(stack: Stack, member: PlannedMember) -> tuple[int, str] | None:
    """What Patroni answers, None where nobody does for a while."""
    began = time.monotonic()
    while True:
        said = patroni.ask(
            stack, member, "/reinitialize", method="POST", body={"force": True}, timeout=ANSWER_S
        )
        if said is not None or time.monotonic() - began > ANSWER_S:
            return said
        time.sleep(0.5)


def progress(have: int, whole: int, took: float) -> str:
    """How much of a copy is there, in MiB, and the time left at the pace so far."""
    text = f"{have >> 20} of {whole >> 20} MiB"
    if not 0 < have < whole or took <= 0:
        return text
    return f"{text}, about {(whole - have) / (have / took):.0f} s left"


def _size(stack: Stack, site: str, database: str) -> int:
    """Bytes of a copy on its disk; 0 where it cannot be said."""
    try:
        said = run_in_host(stack, site, ["du", "-sb", f"/srv/pg/{database}"]).stdout.split()
    except LabError:
        return 0
    return int(said[0]) if said else 0
