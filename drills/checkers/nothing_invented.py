"""Every transfer in the final read was tried by a client, and none that was refused is in it."""

from tricenter.drills.case import Case, WriteId, expand
from tricenter.drills.verdict import Finding
from tricenter.policies.records.verdict import Verdict

TITLE = "Nothing is there that no client wrote, or that was refused"


def check(case: Case) -> Finding:
    """Compare each final read with what clients began and what they were refused."""
    strange: list[str] = []
    unknown = 0
    for database in case.databases:
        read = case.final_read(database)
        if read is None:
            return _finding(Verdict.UNKNOWN, f"{database} could not be read in the end", {})
        begun = _ids(case, "write-start", database)
        refused = _ids(case, "write-fail", database)
        present = set(expand(read.data["transfers"]))
        strange += [f"{database} {i.worker} #{i.seq} never begun" for i in present - begun]
        strange += [f"{database} {i.worker} #{i.seq} refused" for i in present & refused]
        unknown += len(begun - refused - {ack.id for ack in case.acks(database)})
    evidence: dict[str, object] = {"strange": sorted(strange)[:10], "outcome_unknown": unknown}
    if strange:
        return _finding(Verdict.FAIL, f"{len(strange)} transfers should not be there", evidence)
    text = f"every transfer was begun by a client, none was refused; {unknown} ended unknown"
    return _finding(Verdict.PASS, text, evidence)


def _ids(case: Case, kind: str, database: str) -> set[WriteId]:
    return {WriteId(e.source, e.data["seq"]) for e in case.of(kind, database=database)}


def _finding(verdict: Verdict, text: str, evidence: dict[str, object]) -> Finding:
    return Finding(check="nothing_invented", verdict=verdict, text=text, evidence=evidence)
