"""Names lead to sites that serve: the writer to the new leader, public names away from the lost."""

from tricenter.drills.case import Case
from tricenter.drills.history import Event
from tricenter.drills.measure import takeover
from tricenter.drills.verdict import Finding
from tricenter.policies.records.verdict import Verdict

TITLE = "Names followed"


def check(case: Case) -> Finding | None:
    """Compare each client's last answer before healing with the sites that serve then."""
    heal = case.heal_at
    if case.fault_at is None or heal is None:
        return _finding(Verdict.UNKNOWN, "the fault or its healing was not recorded", {})
    wrong: list[str] = []
    evidence: dict[str, object] = {}
    for database in case.plan.databases:
        fault = case.fault_at
        ack = takeover(case, database.name)
        leader = ack.site if ack else case.expected(database.name).leader_before
        for client in case.clients:
            answers = _answers(case, client.name, database.writer, heal)
            if not answers:
                text = f"{client.name} got no answer for {database.writer}"
                return _finding(Verdict.UNKNOWN, text, evidence)
            sites = {case.site_of(database.name, a) for a in answers[-1].data["addresses"]}
            if sites != {leader}:
                found = ", ".join(sorted(sites)) or "nothing"
                wrong.append(f"{database.writer} led {client.name} to {found}, not {leader}")
            if ack:
                moved = next(
                    (
                        e.at
                        for e in answers
                        if e.at > fault and _only(case, database.name, e, leader)
                    ),
                    None,
                )
                evidence[f"{database.writer} at {client.name}"] = _after(moved, fault)
    wrong += _public(case, heal, evidence)
    if wrong:
        return _finding(Verdict.FAIL, "; ".join(wrong[:3]), evidence)
    return _finding(Verdict.PASS, _told(evidence), evidence)


def _only(case: Case, database: str, event: Event, leader: str) -> bool:
    return {case.site_of(database, a) for a in event.data["addresses"]} == {leader}


def _public(case: Case, heal: float, evidence: dict[str, object]) -> list[str]:
    """Clients whose last answer for a public name still had an address of a lost site."""
    wrong: list[str] = []
    for record in case.plan.zone.records:
        gone = {a for site, addresses in record.addresses if site in case.lost for a in addresses}
        for client in case.clients:
            answers = _answers(case, client.name, record.name, heal)
            if not answers:
                wrong.append(f"{client.name} got no answer for {record.name}")
                continue
            if gone & set(answers[-1].data["addresses"]):
                wrong.append(f"{record.name} still led {client.name} to a lost site")
            clean = _clean_since(answers, gone, case.fault_at or 0.0)
            if clean is not None:
                evidence[f"{record.name} at {client.name}"] = clean
    return wrong


def _clean_since(answers: list[Event], gone: set[str], fault: float) -> float | None:
    """Seconds from the fault until no answer had a lost address any more."""
    later = [event for event in answers if event.at > fault]
    last = max((e.at for e in later if gone & set(e.data["addresses"])), default=None)
    if last is None:
        return 0.0
    return _after(next((e.at for e in later if e.at > last), None), fault)


def _after(moment: float | None, fault: float) -> float | None:
    return None if moment is None else round(moment - fault, 2)


def _answers(case: Case, client: str, name: str, until: float) -> list[Event]:
    return [e for e in case.of("answer", name=name) if e.source == client and e.at <= until]


def _told(evidence: dict[str, object]) -> str:
    times = [value for value in evidence.values() if isinstance(value, float)]
    if not times:
        return "every client is led to sites that serve"
    return f"every client is led to sites that serve, the last {max(times):.1f} s after the fault"


def _finding(verdict: Verdict, text: str, evidence: dict[str, object]) -> Finding:
    return Finding(check="dns_follows", verdict=verdict, text=text, evidence=evidence)
