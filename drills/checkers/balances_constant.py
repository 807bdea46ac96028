"""The sum of all balances of a database is the same in every read, on every member."""

from tricenter.drills.case import Case
from tricenter.drills.verdict import Finding
from tricenter.policies.records.verdict import Verdict

TITLE = "The sum of all balances never changed"


def check(case: Case) -> Finding:
    """Compare every sum that clients read, and each member's in the end, with the first."""
    evidence: dict[str, object] = {}
    wrong: list[str] = []
    reads = 0
    for database in case.databases:
        opening = case.first("opening", database=database)
        sums = case.of("sum", database=database)
        members = case.of("member-read", database=database)
        if opening is None or not sums or not members:
            text = f"{database} was not read by clients, or not from its members in the end"
            return Finding(check="balances_constant", verdict=Verdict.UNKNOWN, text=text)
        total = opening.data["total"]
        wrong += [
            f"{database}: {e.source} read {e.data['total']}"
            for e in sums
            if e.data["total"] != total
        ]
        wrong += [
            f"{database}: {e.data['site']} has {e.data['total']}"
            for e in members
            if e.data["total"] != total
        ]
        reads += len(sums)
        evidence[database] = {
            "total": total,
            "reads": len(sums),
            "members": sorted({e.data["site"] for e in members}),
        }
    if wrong:
        evidence["wrong"] = wrong[:10]
        text = f"{len(wrong)} reads found another sum: {wrong[0]}"
        return Finding(
            check="balances_constant", verdict=Verdict.FAIL, text=text, evidence=evidence
        )
    text = f"the same in {reads} reads of clients and on every member in the end"
    return Finding(check="balances_constant", verdict=Verdict.PASS, text=text, evidence=evidence)
