"""Rules about the age of drills: what records of which day and verdict are worth on a day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.rule_examples import EXAMPLE, TODAY
from tricenter.policies.facts import DrillFact, Facts
from tricenter.policies.gather import gather
from tricenter.policies.judge import judge
from tricenter.topology.validate import load


def facts(*drills: DrillFact) -> Facts:
    """The example with these drills on record."""
    return replace(gather(load(EXAMPLE), "lab", TODAY), drills=drills)


def drill(scenario: str, days_ago: int, verdict: str = "pass") -> DrillFact:
    """A record of a drill that ended some days before today."""
    day: date = TODAY - timedelta(days=days_ago)
    return DrillFact(scenario=scenario, day=day, verdict=verdict, digest="0" * 12, file="r.json")


def standings(rule: str, *drills: DrillFact) -> list[str]:
    """Where the findings of one rule stand."""
    return [v.standing for v in judge(facts(*drills)) if v.rule.id == rule]


SITE, CITY = "lose-site:binjiang", "lose-city:hangzhou"


@pytest.mark.parametrize(
    ("rule", "drills", "expected"),
    [
        ("drill-age-special", [], ["unknown"]),
        ("drill-age-special", [drill(CITY, 1)], ["unknown"]),
        ("drill-age-special", [drill(SITE, 365)], []),
        ("drill-age-special", [drill(SITE, 366)], ["violation"]),
        ("drill-age-special", [drill(SITE, 1, "fail")], ["violation"]),
        ("drill-age-special", [drill(SITE, 1, "unknown")], ["unknown"]),
        ("drill-age-special", [drill(SITE, 9, "fail"), drill("lose-site:xihu", 1)], []),
        ("drill-age-full", [], ["unknown"]),
        ("drill-age-full", [drill("lose-city:chengdu", 1)], ["unknown"]),
        ("drill-age-full", [drill(CITY, 3 * 365)], []),
        ("drill-age-full", [drill(CITY, 3 * 365 + 1)], ["violation"]),
        ("drill-age-full", [drill(CITY, 1, "fail")], ["violation"]),
    ],
)
def test_the_newest_drill_counts(rule: str, drills: list[DrillFact], expected: list[str]) -> None:
    """Its age against the interval and its verdict; another city's loss is no take-over."""
    assert standings(rule, *drills) == expected
