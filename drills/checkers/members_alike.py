"""In the end every member of a database holds the same transfers."""

from tricenter.drills.case import Case
from tricenter.drills.verdict import Finding
from tricenter.policies.records.verdict import Verdict

TITLE = "Every member holds the same in the end"


def check(case: Case) -> Finding:
    """Compare the digests of transfers and balances that each member gave after catching up."""
    differ: list[str] = []
    evidence: dict[str, object] = {}
    for database in case.plan.databases:
        digests = {
            member.site: event.data["digest"]
            for member in database.members
            if (event := case.last("member-read", database=database.name, site=member.site))
        }
        evidence[database.name] = digests
        missing = [m.site for m in database.members if m.site not in digests]
        if missing:
            text = f"{database.name} was not read at {', '.join(missing)}"
            return Finding(
                check="members_alike", verdict=Verdict.UNKNOWN, text=text, evidence=evidence
            )
        if len(set(digests.values())) > 1:
            differ.append(database.name)
    if differ:
        text = f"members of {', '.join(differ)} differ"
        return Finding(check="members_alike", verdict=Verdict.FAIL, text=text, evidence=evidence)
    text = "all members hold the same accounts and transfers"
    return Finding(check="members_alike", verdict=Verdict.PASS, text=text, evidence=evidence)
