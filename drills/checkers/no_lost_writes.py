"""Every acknowledged write is in the final read, or the loss is what was forecast."""

from tricenter.drills.case import Case
from tricenter.drills.measure import loss
from tricenter.drills.verdict import Finding
from tricenter.policies.records.verdict import Verdict

TITLE = "No acknowledged transfer is lost beyond the forecast"


def check(case: Case) -> Finding:
    """Compare each database's acknowledged transfers with its final read."""
    evidence: dict[str, object] = {}
    lost_text: list[str] = []
    broken: list[str] = []
    total = 0
    for database in case.databases:
        found = loss(case, database)
        if found is None:
            return _finding(Verdict.UNKNOWN, f"{database} could not be read in the end", evidence)
        acked = len(case.acks(database))
        total += acked
        evidence[database] = {
            "acknowledged": acked,
            "lost": found.transactions,
            "lost_seconds": found.seconds,
            "examples": list(found.examples),
        }
        if found.transactions:
            listed = ", ".join(found.examples)
            lost_text.append(f"{found.transactions} of {acked} of {database} ({listed})")
            if not case.expected(database).rpo.covers(found.seconds):
                broken.append(database)
    if broken:
        return _finding(Verdict.FAIL, f"lost {'; '.join(lost_text)}", evidence)
    if lost_text:
        return _finding(Verdict.PASS, f"lost {'; '.join(lost_text)}: as forecast", evidence)
    return _finding(Verdict.PASS, f"all {total} acknowledged transfers are there", evidence)


def _finding(verdict: Verdict, text: str, evidence: dict[str, object]) -> Finding:
    return Finding(check="no_lost_writes", verdict=verdict, text=text, evidence=evidence)
