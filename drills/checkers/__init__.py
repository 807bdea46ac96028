"""Checkers: each module judges the history of a drill; one file a check, found by its place."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from tricenter.drills.case import Case
from tricenter.drills.verdict import Finding
from tricenter.policies.records.verdict import Verdict


class Checker(Protocol):
    """A module of this folder.

    `check` is a pure function of the case. It returns None where the scenario gives it nothing to
    judge, and a finding of `unknown` where data that should be there is missing.
    """

    TITLE: str

    def check(self, case: Case) -> Finding | None: ...


def find_checkers() -> dict[str, Checker]:
    """Every checker by its id, which is its module's name."""
    names = sorted(entry.name for entry in iter_modules(__path__))
    return {name: cast(Checker, import_module(f"{__name__}.{name}")) for name in names}


def judge(case: Case) -> tuple[Finding, ...]:
    """What every checker says; an error inside one is no verdict, but it is not a pass either."""
    if not case.of("write-ok"):
        text = "no write was acknowledged at all: there is nothing to judge"
        return (Finding(check="history", verdict=Verdict.UNKNOWN, text=text),)
    findings = (_run(name, checker, case) for name, checker in find_checkers().items())
    return tuple(finding for finding in findings if finding is not None)


def _run(name: str, checker: Checker, case: Case) -> Finding | None:
    try:
        return checker.check(case)
    except Exception as error:  # noqa: BLE001 - a checker that breaks must not pass, nor end the drill
        text = f"the check itself failed: {type(error).__name__}: {error}"
        return Finding(check=name, verdict=Verdict.UNKNOWN, text=text)
