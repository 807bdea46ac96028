"""Units led by another site than the lost one kept writing."""

from tricenter.drills.case import Case
from tricenter.drills.measure import gaps, longest
from tricenter.drills.verdict import Finding
from tricenter.policies.records.verdict import Verdict

TITLE = "Units led elsewhere kept writing"


def check(case: Case) -> Finding | None:
    """Compare the longest pause of each spared unit with its forecast; None if all were struck."""
    if not case.spared:
        return None
    evidence: dict[str, object] = {}
    told: list[str] = []
    verdict = Verdict.PASS
    for database in case.spared:
        gap = longest(gaps(case, database))
        if gap is None:
            text = f"nobody wrote to {database} before the fault"
            return Finding(check="other_units_kept_writing", verdict=Verdict.UNKNOWN, text=text)
        evidence[database] = {"longest_gap": gap.seconds, "client": gap.client}
        limit = case.expected(database).rto
        if gap.seconds is None:
            verdict = Verdict.FAIL
            told.append(f"{database} stopped for {gap.client}")
        else:
            told.append(f"{database} paused {gap.seconds:.2f} s at most")
            if limit.high is not None and gap.seconds > limit.high:
                verdict = Verdict.FAIL
    return Finding(
        check="other_units_kept_writing", verdict=verdict, text="; ".join(told), evidence=evidence
    )
