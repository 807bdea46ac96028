"""Each transfer moved its money once: balances are the opening ones plus the transfers."""

from tricenter.drills.case import Case
from tricenter.drills.verdict import Finding
from tricenter.policies.records.verdict import Verdict

TITLE = "Each transfer moved its money exactly once"


def check(case: Case) -> Finding:
    """Compute every account's balance from the transfers and compare it."""
    wrong: list[str] = []
    accounts = 0
    for database in case.databases:
        read = case.final_read(database)
        if read is None:
            return _finding(Verdict.UNKNOWN, f"{database} could not be read in the end", [])
        balances, moved = read.data["balances"], read.data["moved"]
        accounts += len(balances)
        if not balances:
            return _finding(Verdict.UNKNOWN, f"{database} has no accounts", [])
        for account, balance in balances.items():
            owed = read.data["opening"] + moved.get(account, 0)
            if balance != owed:
                wrong.append(f"{database} account {account} has {balance}, should have {owed}")
    if wrong:
        text = f"{len(wrong)} of {accounts} accounts have a wrong balance"
        return _finding(Verdict.FAIL, text, wrong[:10])
    text = f"the balances of {accounts} accounts follow from the transfers, each counted once"
    return _finding(Verdict.PASS, text, [])


def _finding(verdict: Verdict, text: str, wrong: list[str]) -> Finding:
    return Finding(check="no_duplicate", verdict=verdict, text=text, evidence={"wrong": wrong})
