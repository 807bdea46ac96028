"""What no grade may do: rest on what was not verified, count silence, speak of percentages."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import Golden
from tests.grade_examples import graded, write_record
from tests.rule_examples import ROOT, TODAY
from tricenter.cli.app import run
from tricenter.policies.grades import Judged
from tricenter.policies.grades.checks import find_checks
from tricenter.policies.grades.data import as_data
from tricenter.policies.grades.levels import levels_reached
from tricenter.policies.grades.markdown import render as markdown
from tricenter.policies.grades.model import UNSURE, Mark, worst
from tricenter.policies.grades.page import tables
from tricenter.policies.grades.report import Graded
from tricenter.policies.grades.text import render as text
from tricenter.policies.rules import find_rules
from tricenter.policies.standards import StandardError, find_standards, read_standard
from tricenter.policies.standards.model import Standard

SPECS = sorted((ROOT / "stacks").glob("ledger*.yaml"))
PAGE = ROOT / "docs" / "grades.md"
STANDARDS = find_standards()
STANDARD = """
order: 99
title: A standard
edition: "1"
source: a text
checked: 2026-11-23
confidence: secondary
levels:
  "1":
    - {id: one, asks: something, confidence: secondary, not_checkable: nobody knows}
"""


@pytest.fixture(params=SPECS, ids=lambda path: path.stem)
def found(request: pytest.FixtureRequest, tmp_path: Path) -> Graded:
    """The grades of each shipped spec, with every drill passed."""
    for scenario in ("lose-site:binjiang", "lose-city:hangzhou", "lose-all"):
        write_record(tmp_path, scenario, TODAY)
    return graded(root=tmp_path, base=request.param)


def test_nothing_met_rests_on_what_was_not_verified(found: Graded) -> None:
    """Neither a criterion nor a level."""
    for grade in found.grades:
        assert not [c.id for c in grade.criteria if c.mark == "met" and c.confidence in UNSURE]
        if grade.met is not None:
            upto = grade.scale[: grade.scale.index(grade.met) + 1]
            below = [c for c in grade.criteria if c.level in upto]
            assert below
            assert {c.mark for c in below} == {"met"}
            assert not [c for c in below if c.confidence in UNSURE]


def test_no_level_is_reached_over_a_missed_line_or_by_silence(found: Graded) -> None:
    """Each level on the way has a line that evidence speaks for, and none against."""
    for grade in found.grades:
        reached = grade.scale[: grade.scale.index(grade.level) + 1] if grade.level else ()
        for level in reached:
            marks = {c.mark for c in grade.criteria if c.level == level}
            assert "missed" not in marks
            assert marks & {"met", "not contradicted"}


def test_every_line_has_evidence_with_a_source(found: Graded) -> None:
    """What is met or missed leads to the spec, a rule, a record or another grade."""
    for grade in found.grades:
        for line in grade.criteria:
            assert line.evidence, line.id
            assert line.source, line.id
            for piece in line.evidence:
                led = piece.where or piece.rule or piece.record
                other = line.id == "nothing-0" or "reached" in piece.text
                assert led or other or piece.mark == "not checkable", (line.id, piece)


def test_no_percent_anywhere(found: Graded) -> None:
    """Neither in what is printed, nor in the data, nor in the files of the standards."""
    shown = text(found) + markdown(found) + str(as_data(found))
    shown += "".join(path.read_text() for path in (ROOT / "policies/standards").glob("*.yaml"))
    assert "%" not in shown
    assert "99." not in shown


@pytest.mark.parametrize("asked", ["99.995%", "99.99", "availability", "four nines"])
def test_percentages_are_refused_with_the_reason(
    asked: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who asks for one reads why there is none."""
    assert run(["grade", "--standard", asked]) == 2
    assert "withdrew" in capsys.readouterr().err


def test_a_standard_with_a_percentage_is_refused(tmp_path: Path) -> None:
    """The file of a new standard cannot bring one in."""
    file = tmp_path / "new.yaml"
    file.write_text(STANDARD.replace("asks: something", "asks: up 99.9% of a year"))
    with pytest.raises(StandardError, match="withdrew"):
        read_standard(file)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("not_checkable: nobody knows", "rules: [remote-distance]"),
        ("not_checkable: nobody knows", "source: none"),
        ("confidence: secondary, not", "confidence: sure, not"),
        ("- {id", "- {idd"),
        ("levels:\n", 'levels:\n  "0": []\n'),
    ],
)
def test_a_file_that_is_no_standard(old: str, new: str, tmp_path: Path) -> None:
    """A rule alone, a line that nothing judges, an unknown word, an empty level."""
    file = tmp_path / "new.yaml"
    file.write_text(STANDARD)
    assert read_standard(file).scale == ("1",)
    file.write_text(STANDARD.replace(old, new))
    with pytest.raises(StandardError, match=r"new\.yaml"):
        read_standard(file)


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda one: one.id)
def test_a_standard_refers_to_what_there_is(standard: Standard) -> None:
    """Predicates and rules by their names; the day on which its text was looked up."""
    rules = {rule.id for rule in find_rules()}
    for _, criterion in standard.criteria:
        assert set(criterion.rules) <= rules, criterion.id
        assert {name for name, _ in criterion.checks} <= find_checks().keys(), criterion.id
    assert standard.checked == "2026-11-23"
    if standard.beside is not None:
        assert tuple(standard.beside.levels) == standard.scale


def test_every_predicate_is_used() -> None:
    """One that no standard asks is code that nobody would miss."""
    asked = {name for s in STANDARDS for _, c in s.criteria for name, _ in c.checks}
    assert asked == find_checks().keys()


def test_an_unverified_line_caps_the_level() -> None:
    """With the confidence of one line lowered, its level is no longer met."""
    grade = next(g for g in graded().grades if g.standard == "share78")
    standard = next(s for s in STANDARDS if s.id == "share78")
    lowered: tuple[Judged, ...] = tuple(
        replace(c, mark="not contradicted") if c.level == "3" else c for c in grade.criteria
    )
    assert levels_reached(standard, lowered) == ("7", "2")


@pytest.mark.parametrize(
    ("marks", "wanted"),
    [
        ((), "not checkable"),
        (("met", "not checkable"), "not checkable"),
        (("met", "missed", "not checkable"), "missed"),
        (("met", "not contradicted"), "not contradicted"),
        (("met", "met"), "met"),
    ],
)
def test_the_worst_piece_of_evidence_counts(marks: tuple[Mark, ...], wanted: Mark) -> None:
    """And where there is none, nothing was checked."""
    assert worst(marks) == wanted


def test_the_page_has_the_criteria_of_the_files(
    golden: Golden, request: pytest.FixtureRequest
) -> None:
    """The tables of docs/grades.md are made from policies/standards/."""
    kept = PAGE.read_text(encoding="utf-8")
    before, rest = kept.split("<!-- standards -->")
    _, after = rest.split("<!-- /standards -->")
    wanted = f"{before}<!-- standards -->\n\n{tables()}\n<!-- /standards -->{after}"
    golden(PAGE, wanted)
