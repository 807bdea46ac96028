"""Grades: those of the shipped specs, what drills add, claims, and the command."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.conftest import Golden
from tests.grade_examples import criterion, graded, graded_text, one, write_record
from tests.rule_examples import EXAMPLE, ROOT, TODAY
from tricenter.cli.app import run
from tricenter.policies.grades import grades
from tricenter.policies.grades.data import as_data
from tricenter.policies.grades.markdown import render as markdown
from tricenter.policies.grades.report import asked, evidence_said, shown_criteria
from tricenter.policies.grades.text import render as text
from tricenter.policies.report.escape import escaped

GOLDEN = Path(__file__).parent / "golden_grades"
SHIPPED = ("ledger", "ledger-aws", "ledger-gcp", "ledger-mixed")


def test_the_example() -> None:
    """Its levels, how sure they are, and its claims."""
    found = graded()
    levels = {g.standard: (g.level, g.certainty, g.met) for g in found.together if g.scale}
    assert levels == {
        "gb50174": ("A", "not contradicted", None),
        "uptime": ("3", "not contradicted", "2"),
        "tia942": ("3", "not contradicted", "1"),
        "stars": (None, "recorded", None),
        "gbt20988": ("5", "not contradicted", None),
        "jrt0044": ("2", "not contradicted", None),
        "share78": ("7", "met", "7"),
    }
    assert not found.above
    assert one(found, "uptime").held_by == ("tianfu",)
    assert one(found, "uptime", "binjiang").level == "4"


@pytest.mark.parametrize(
    ("name", "level"), [("ledger-aws", "5"), ("ledger-gcp", "2"), ("ledger-mixed", "5")]
)
def test_the_references_on_clouds(name: str, level: str) -> None:
    """Levels of recovery are theirs; of buildings that a provider runs nothing is known.

    Cloud SQL holds no write back when its remote copy lags, so its loss has a day's limit.
    """
    found = graded(base=ROOT / "stacks" / f"{name}.yaml")
    assert not found.above
    assert one(found, "gbt20988").level == level
    assert one(found, "share78").level == "7"
    for standard in ("gb50174", "uptime", "tia942"):
        assert one(found, standard).certainty == "not checkable"
        assert one(found, standard).level is None


def test_a_claim_about_a_building_is_not_borne_on_a_cloud() -> None:
    """What the spec states of its own building says nothing of a provider's."""
    found = graded(target="aws")
    assert one(found, "gb50174").claim == "above"


def test_a_plan_that_nobody_drilled_meets_no_level(tmp_path: Path) -> None:
    """Of GB/T 20988 not even the first; with records that passed it does, a failed one misses."""
    plan = criterion(one(graded(), "gbt20988"), "plan-1")
    assert plan.mark == "not contradicted" and "no record" in plan.evidence[0].text
    assert one(graded(), "gbt20988").met is None
    for scenario in ("lose-site:binjiang", "lose-city:hangzhou"):
        write_record(tmp_path, scenario, TODAY - timedelta(days=30))
    found = one(graded(root=tmp_path), "gbt20988")
    assert criterion(found, "plan-1").mark == "met" and found.met == "1"
    write_record(tmp_path, "lose-city:hangzhou", TODAY, "fail")
    assert one(graded(root=tmp_path), "gbt20988").level is None


def test_a_time_that_is_mostly_a_person_s_is_not_met() -> None:
    """The spec's own `decide` shows nothing; where nobody decides, the forecast's time does."""
    found = criterion(one(graded(), "gbt20988"), "rto-5")
    assert found.mark == "not contradicted"
    assert "10min of lose-city:hangzhou is what the spec itself states" in found.evidence[0].text
    short = graded("failover: {lose-city: {decide: 1s}}")
    assert criterion(one(short, "gbt20988"), "rto-5").mark == "met"


def test_two_systems_of_power_beside_one_feed_are_none() -> None:
    """2N+1 is what the building says, and one station what feeds it; unstated feeds say nothing."""
    piece = "sites: {{xihu: {{facility: {{power: 2N+1, rated: 4, cooling: 2N, feeds: {}}}}}}}"
    one_feed = one(graded(piece.format("[grid]")), "tia942", "xihu")
    assert one_feed.level == "2" and one_feed.claim == "above"
    assert "claimed beside one feed, grid" in criterion(one_feed, "paths-4").evidence[0].text
    unstated = one(graded(piece.format("null")), "tia942", "xihu")
    assert criterion(unstated, "paths-4").mark == "not checkable"
    assert criterion(unstated, "feeds-4").mark == "missed"


def test_drills_lift_what_asks_for_them(tmp_path: Path) -> None:
    """With records that passed, class 1 of JR/T 0044 and the articles on tests are reached."""
    names = [
        write_record(tmp_path, scenario, TODAY - timedelta(days=30))
        for scenario in ("lose-site:binjiang", "lose-city:hangzhou", "lose-all")
    ]
    found = graded(root=tmp_path)
    assert one(found, "jrt0044").level == "1"
    evidence = criterion(one(found, "jrt0044"), "drill-1").evidence
    assert [(e.record, e.age_days) for e in evidence] == [(names[0], 30), (names[1], 30)]
    assert not [c.id for g in found.grades if not g.scale for c in g.criteria if c.mark == "missed"]


@pytest.mark.parametrize(
    ("scenario", "day", "verdict", "level"),
    [
        ("lose-city:hangzhou", TODAY - timedelta(days=366), "pass", "2"),
        # A plan that failed is none, of which the levels of GB/T 20988 below ask for one.
        ("lose-city:hangzhou", TODAY - timedelta(days=1), "fail", "3"),
        ("lose-city:hangzhou", TODAY - timedelta(days=1), "unknown", "2"),
        ("lose-city:hangzhou", TODAY + timedelta(days=1), "pass", "2"),
        ("lose-city:chengdu", TODAY - timedelta(days=1), "pass", "2"),
    ],
)
def test_a_drill_that_does_not_count(
    scenario: str, day: date, verdict: str, level: str, tmp_path: Path
) -> None:
    """Too old, failed, without a finding, from the future, or of the city without leaders."""
    write_record(tmp_path, "lose-site:binjiang", TODAY)
    write_record(tmp_path, scenario, day, verdict)
    found = one(graded(root=tmp_path), "jrt0044")
    assert found.level == level
    assert criterion(found, "drill-1").mark == "missed"


def test_the_newest_drill_counts(tmp_path: Path) -> None:
    """One that failed yesterday is not made good by one that passed before."""
    write_record(tmp_path, "lose-city:hangzhou", TODAY)
    write_record(tmp_path, "lose-site:binjiang", TODAY - timedelta(days=9))
    write_record(tmp_path, "lose-site:xihu", TODAY - timedelta(days=1), "fail")
    assert one(graded(root=tmp_path), "jrt0044").level == "3"


def test_a_drill_of_an_earlier_spec_says_so(tmp_path: Path) -> None:
    """The record still counts, and its reader is told."""
    write_record(tmp_path, "lose-site:binjiang", TODAY, piece="timing: {ttl: 30s}")
    (piece, *_) = criterion(one(graded(root=tmp_path), "bank-2010"), "bank-34-special").evidence
    assert piece.mark == "met"
    assert piece.text.endswith("the spec was edited since")


@pytest.mark.parametrize(
    ("piece", "standard", "site", "place"),
    [
        ("standards: {gbt20988: 6}", "gbt20988", None, "gbt20988: 6"),
        ("standards: {uptime: 4}", "uptime", None, "uptime: 4"),
        ("standards: {jrt0044: 1}", "jrt0044", None, "jrt0044: 1"),
        ("sites: {tianfu: {facility: {tier: 4}}}", "uptime", "tianfu", "tier: 4"),
        ("standards: {stars: 5}\nsites: {xihu: {facility: {stars: 4}}}", "stars", None, "stars: 5"),
    ],
)
def test_a_claim_above_the_evidence(
    piece: str, standard: str, site: str | None, place: str
) -> None:
    """It is found, and the first line leads to it."""
    from tests.rule_examples import spec_text

    found = graded(piece)
    assert [(g.standard, g.site) for g in found.above] == [(standard, site)]
    first = text(found).splitlines()[0]
    line = int(first.split(":")[1])
    assert "claim above the evidence" in first
    assert spec_text(piece).splitlines()[line - 1].strip() == place


def test_classes_of_jrt0044_count_downwards() -> None:
    """Class 1 is the highest, so that a claim of class 2 stands."""
    assert one(graded("standards: {jrt0044: 2}"), "jrt0044").claim == "not contradicted"


FORMS = {"text": (text, "\n\n\n", "txt"), "markdown": (markdown, "\n<details>", "md")}


@pytest.mark.parametrize("form", FORMS)
def test_the_overview_reads_as_it_did(form: str, golden: Golden) -> None:
    """What comes before the criteria of each standard, whole."""
    render, until, ending = FORMS[form]
    shown = render(graded_text(EXAMPLE.read_text(), file="stacks/ledger.yaml"))
    golden(GOLDEN / f"overview.{ending}", shown.partition(until)[0].rstrip() + "\n")


def test_each_criterion_is_shown_with_its_evidence() -> None:
    """Mark, sentence and confidence stand together in 100 columns, and the place leads there."""
    found = graded_text(EXAMPLE.read_text(), file="stacks/ledger.yaml")
    shown = text(found)
    assert max(map(len, shown.splitlines())) <= 100
    flat = " ".join(shown.split())
    rows = markdown(found).splitlines()
    lines = EXAMPLE.read_text().splitlines()
    seen = 0
    for grade in found.together:
        for judged in shown_criteria(grade):
            assert any(judged.mark in row and escaped(asked(judged)) in row for row in rows), (
                judged.id
            )
            for piece in judged.evidence:
                said = f"{piece.where or ''} {evidence_said(piece, judged)}".strip()
                assert " ".join(said.split()) in flat, judged.id
                if piece.where:
                    seen += 1
                    file, line, column = piece.where.split(":")
                    assert file == "stacks/ledger.yaml"
                    assert lines[int(line) - 1][int(column) - 1 :].strip(), piece.where
    assert seen > 100


def test_each_table_of_the_markdown_is_whole() -> None:
    """As many cells in each row as in its head, and every fold that is opened is closed."""
    shown = markdown(graded_text(EXAMPLE.read_text(), file="stacks/ledger.yaml"))
    assert shown.count("<details>") == shown.count("</details>") >= 10
    width = 0
    for line in shown.splitlines():
        cells = len(CELL.findall(line)) if line.startswith("|") else 0
        assert not width or not cells or cells == width, line
        width = cells


CELL = re.compile(r"(?<!\\)\|")


def test_json_has_everything() -> None:
    """Each grade with each criterion and its evidence, as plain data."""
    found = graded()
    data = json.loads(json.dumps(as_data(found)))
    assert len(data["grades"]) == len(found.grades)
    for grade, shown in zip(found.grades, data["grades"], strict=True):
        assert [c["id"] for c in shown["criteria"]] == [c.id for c in grade.criteria]
        assert shown["next_level"] == grade.next_level


def test_one_standard_can_be_asked() -> None:
    """Another one that it rests on is not shown."""
    from tricenter.policies.gather import gather
    from tricenter.topology import document
    from tricenter.topology.validate import validate

    read = document.load(EXAMPLE)
    facts = gather(validate(read), "lab", TODAY)
    assert {g.standard for g in grades(facts, read, "jrt0044")} == {"jrt0044"}


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 where claims stand, 1 where one does not, 2 for what is no standard."""
    assert run(["grade", str(EXAMPLE)]) == 0
    assert "claim above" not in capsys.readouterr().out
    bold = tmp_path / "bold.yaml"
    bold.write_text(EXAMPLE.read_text().replace("gbt20988: 5", "gbt20988: 6"))
    assert run(["grade", str(bold)]) == 1
    assert capsys.readouterr().out.splitlines()[1].startswith(f"{bold}:")
    assert run(["grade", str(bold), "--standard", "uptime"]) == 0
    assert run(["grade", str(bold), "--standard", "uptimes"]) == 2
    assert "did you mean 'uptime'" in capsys.readouterr().err
    assert run(["grade", str(tmp_path / "none.yaml")]) == 1
