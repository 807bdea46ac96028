"""The lost sites came back as replicas with the data they had, without a full copy."""

from tricenter.drills.case import Case
from tricenter.drills.verdict import Finding
from tricenter.policies.records.verdict import Verdict

TITLE = "The site rejoined without a full copy"
KEPT = 0.5
"""Least part of the data files that must be older than the fault. A full copy makes all anew;
pg_rewind renews the few that changed."""


def check(case: Case) -> Finding:
    """Look at each copy in the lost sites: same cluster, streaming, files older than the fault."""
    evidence: dict[str, object] = {}
    wrong: list[str] = []
    slowest = 0.0
    for database in case.plan.databases:
        for member in database.members:
            if member.site not in case.lost:
                continue
            event = case.last("rejoined", database=database.name, site=member.site)
            label = f"{database.name} at {member.site}"
            if event is None:
                return _finding(Verdict.UNKNOWN, f"{label} was not seen streaming again", evidence)
            seen = event.data
            evidence[label] = dict(seen)
            slowest = max(slowest, seen["seconds"])
            if seen["system_before"] != seen["system_after"]:
                wrong.append(f"{label} is another cluster now")
            if seen["full_copy_logged"]:
                wrong.append(f"{label} was copied anew: its log says so")
            if not seen["files"] or seen["files_kept"] < KEPT * seen["files"]:
                wrong.append(f"{label} kept {seen['files_kept']} of {seen['files']} files")
    if wrong:
        return _finding(Verdict.FAIL, "; ".join(wrong), evidence)
    if not evidence:
        return _finding(Verdict.UNKNOWN, "no copy was in a lost site", evidence)
    text = f"{', '.join(evidence)} stream again {slowest:.1f} s after power, with their old files"
    return _finding(Verdict.PASS, text, evidence)


def _finding(verdict: Verdict, text: str, evidence: dict[str, object]) -> Finding:
    return Finding(check="rejoined_without_copy", verdict=verdict, text=text, evidence=evidence)
