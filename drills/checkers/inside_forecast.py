"""What was measured is what was forecast: outside the interval is a failure, in both directions."""

from tricenter.drills.case import Case
from tricenter.drills.measure import gaps, longest, loss
from tricenter.drills.verdict import Finding
from tricenter.policies.records.verdict import Verdict
from tricenter.topology.forecast.words import interval

TITLE = "Measured is inside the forecast"


def check(case: Case) -> Finding:
    """Compare the loss and the longest gap of every database with its forecast."""
    outside: list[str] = []
    evidence: dict[str, object] = {}
    for database in case.databases:
        expected = case.expected(database)
        lost, gap = loss(case, database), longest(gaps(case, database))
        if lost is None or gap is None:
            text = f"{database} has no measurement"
            return Finding(check="inside_forecast", verdict=Verdict.UNKNOWN, text=text)
        evidence[database] = {
            "rto": gap.seconds,
            "rto_forecast": [expected.rto.low, expected.rto.high],
            "rpo": lost.seconds,
            "rpo_forecast": [expected.rpo.low, expected.rpo.high],
        }
        if gap.seconds is None or not expected.rto.covers(gap.seconds):
            measured = "no end" if gap.seconds is None else f"{gap.seconds:.2f} s"
            outside.append(f"RTO of {database}: {measured}, forecast {interval(expected.rto)}")
        if not expected.rpo.covers(lost.seconds):
            measured = f"{lost.transactions} transfers, {lost.seconds:g} s"
            outside.append(f"RPO of {database}: {measured}, forecast {interval(expected.rpo)}")
    if outside:
        return Finding(
            check="inside_forecast",
            verdict=Verdict.FAIL,
            text="; ".join(outside),
            evidence=evidence,
        )
    text = "RPO and RTO of every database are inside their intervals"
    return Finding(check="inside_forecast", verdict=Verdict.PASS, text=text, evidence=evidence)
