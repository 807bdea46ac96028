"""At no time did two sites acknowledge writes of one database."""

from tricenter.drills.case import Ack, Case
from tricenter.drills.verdict import Finding
from tricenter.policies.records.verdict import Verdict

TITLE = "Never two leaders at once"


def check(case: Case) -> Finding:
    """Look for a write that a site acknowledged though another had already taken over."""
    evidence: dict[str, list[str]] = {}
    split: list[str] = []
    for database in case.databases:
        acks = case.acks(database)
        if not acks:
            text = f"no write of {database} was acknowledged"
            return Finding(check="one_leader", verdict=Verdict.UNKNOWN, text=text)
        order = _sites_in_order(acks)
        evidence[database] = order
        for old, new in zip(order, order[1:], strict=False):
            first = next(ack for ack in acks if ack.site == new)
            # A write that began before the other's first one may return after it.
            late = [a for a in acks if a.site == old and a.began > first.at]
            if late:
                split.append(f"{old} acknowledged {len(late)} writes of {database} after {new} led")
    if split:
        return Finding(
            check="one_leader", verdict=Verdict.FAIL, text="; ".join(split), evidence=evidence
        )
    told = "; ".join(f"{name}: {' then '.join(order)}" for name, order in evidence.items())
    return Finding(check="one_leader", verdict=Verdict.PASS, text=told, evidence=evidence)


def _sites_in_order(acks: tuple[Ack, ...]) -> list[str]:
    return list(dict.fromkeys(ack.site for ack in acks))
