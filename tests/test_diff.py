"""`tricenter diff`: the pull-request comment, the two sides, revisions of the repository."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.grade_examples import graded
from tests.report_cases import (
    GOLDEN,
    compared,
    edited,
    example,
    waiver,
    without_remote_replica,
)
from tests.rule_examples import ROOT
from tricenter.cli.app import run
from tricenter.policies.diff.difference import Difference
from tricenter.policies.diff.grades import GradeChange, highest_of
from tricenter.policies.report import diff_json, diff_markdown, diff_text
from tricenter.policies.report.diff_markdown import LONGEST, marker

Golden = Callable[[Path, str], None]
ONLY = ("replica-per-site", "remote-distance", "waiver-current", "waiver-needed")
CONSENT = """
may_destroy:
  - loss: delete replica ledger-a in tianfu
    reason: the line to tianfu is being moved
    owner: platform
    expires: 2031-12-31
"""
GRADE = GradeChange(
    standard="GB/T 20988",
    site=None,
    before="5",
    after="1",
    trend="falls",
    misses=("replication in real time",),
)


def html(markdown: str) -> str:
    """Markdown as a page, as a code host renders it."""
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown)


def test_the_main_case_is_as_it_was_looked_at(golden: Golden) -> None:
    """The example without the remote replica of ledger-a."""
    found = replace(compared(example(), without_remote_replica(), *ONLY), grades=(GRADE,))
    golden(GOLDEN / "comment.md", diff_markdown.render(found))
    golden(GOLDEN / "diff.txt", diff_text.render(found))


def test_a_waived_case_is_as_it_was_looked_at(golden: Golden) -> None:
    """A waiver is new, another changes its day, and one database fewer is fixed by that."""
    old = edited((", tianfu: {voter: true}}", "}")) + waiver(expires="2030-01-31")
    new = without_remote_replica() + waiver()
    new += CONSENT
    found = compared(old, new, *ONLY)
    golden(GOLDEN / "waived.md", diff_markdown.render(found))
    assert not found.refused
    assert [one.state for one in found.waivers] == ["changed"]
    assert len(found.violations.gone) == 1


def test_dangers_come_first_then_violations_then_numbers() -> None:
    """What cannot be undone is read before what can."""
    found = replace(compared(example(), without_remote_replica(), *ONLY), grades=(GRADE,))
    heads = [line for line in diff_markdown.render(found).splitlines() if line.startswith("####")]
    words = ("Data", "New violations", "Promises", "What a loss", "What there is", "Grades")
    assert [any(word in head for word in words) for head in heads] == [True] * len(words)
    assert [next(w for w in words if w in head) for head in heads] == list(words)


def test_the_way_of_a_grade_is_a_word() -> None:
    """Where 1 is the highest class, an arrow beside numbers would be read the other way round."""
    fallen = replace(GRADE, standard="JR/T 0044", before="1", after="2", highest="1", misses=())
    found = replace(compared(example(), example(), *ONLY), grades=(fallen,))
    assert "1 → **2** (falls; 1 is the highest)" in diff_markdown.render(found)
    assert "falls    JR/T 0044: 1 -> 2 (1 is the highest)" in diff_text.render(found)
    scales = {g.standard: highest_of(g) for g in graded().together}
    assert scales == dict.fromkeys(scales) | {"jrt0044": "1", "gb50174": "A"}


def test_violations_are_new_staying_or_fixed() -> None:
    """The same rule at the same place is the same violation, also when a number changes."""
    near = ("chengdu: {at: [30.57, 104.07]", "chengdu: {at: [31.23, 121.47]")
    nearer = ("chengdu: {at: [30.57, 104.07]", "chengdu: {at: [30.90, 121.00]")
    found = compared(edited(near), edited(nearer), *ONLY).violations
    assert (len(found.new), len(found.staying), len(found.gone)) == (0, 1, 0)
    found = compared(edited(near), without_remote_replica(), *ONLY).violations
    assert [one.violation.rule.id for one in found.new] == ["replica-per-site"]
    assert [one.violation.rule.id for one in found.gone] == ["remote-distance"]
    assert found.new[0].file == "stacks/ledger.yaml"
    assert found.gone[0].file == "origin/main:stacks/ledger.yaml"


def test_what_is_waived_now_is_not_fixed() -> None:
    """It is told as waived, and a waiver that goes makes it new."""
    cut = without_remote_replica()
    found = compared(cut, cut + waiver(), *ONLY)
    assert not found.violations.gone and not found.violations.new
    assert [(one.state, one.covers) for one in found.waivers] == [("new", 1)]
    found = compared(cut + waiver(), cut, *ONLY)
    assert [one.violation.rule.id for one in found.violations.new] == ["replica-per-site"]
    assert [one.state for one in found.waivers] == ["gone"]
    found = compared(cut + waiver(), cut + waiver(expires="2020-01-01"), *ONLY)
    assert {one.violation.rule.id for one in found.violations.new} == {
        "replica-per-site",
        "waiver-current",
    }
    assert "**expired**" in diff_markdown.render(found)


def test_nothing_changed_says_so() -> None:
    """No table of changes, no danger, exit code 0."""
    said = diff_markdown.render(compared(example(), example(), *ONLY))
    assert "no data is lost, no rule is broken" in said
    assert "####" not in said and "✅" in said
    assert said.count("```mermaid") == 1


def test_a_new_spec_and_one_that_goes() -> None:
    """All is new; or all of it is a danger."""
    new = diff_markdown.render(compared(None, example(), *ONLY))
    assert "There was no spec before" in new and "Data that would" not in new
    gone = compared(example(), None, *ONLY)
    assert gone.refused
    for said in (diff_markdown.render(gone), diff_text.render(gone)):
        assert "database ledger-a" in said and "vault cold-vault" in said


def test_an_old_spec_that_is_not_valid_is_said() -> None:
    """And the difference goes on with the new one alone."""
    found = compared("name: x\n", without_remote_replica(), *ONLY)
    for said in (diff_markdown.render(found), diff_text.render(found)):
        assert "The old spec is not valid" in said and "replica-per-site" in said
    assert found.refused and not found.dangers


def test_a_new_spec_that_is_not_valid_refuses() -> None:
    """Its problems are told instead of rules."""
    found = compared(example(), example() + "nonsense: true\n", *ONLY)
    assert found.refused
    for said in (diff_markdown.render(found), diff_text.render(found), diff_json.render(found)):
        assert "unknown-key" in said
    said = diff_text.render(found)
    assert "so it cannot be judged" in said and "(not valid: 1 problem)" in said
    assert len(said.splitlines()) < 10 and " -> " not in said
    assert not found.dangers and not found.losses.lines and not found.grades


def _large(databases: int) -> tuple[str, str]:
    one = example()[example().index("  ledger-a:\n") : example().index("  ledger-b:\n")]
    more = "".join(one.replace("ledger-a", f"ledger-{n}") for n in range(databases))
    text = example().replace("  ledger-b:\n", f"{more}  ledger-b:\n", 1)
    text = text.replace("tps: 3000", "tps: 30").replace("connections: 400", "connections: 4")
    return text, text.replace(", tianfu: {voter: true}}", "}")


@pytest.mark.parametrize("databases", [20, 120])
def test_a_comment_is_never_too_long(databases: int) -> None:
    """What is left out is said; dangers and violations stay at the head of it."""
    found = compared(*_large(databases), *ONLY)
    said = diff_markdown.render(found)
    assert len(said) <= LONGEST < 65_536
    assert "left out: pictures" in said
    assert said.count("<details>") == said.count("</details>")
    assert "replica ledger-0 in tianfu" in said.replace("\\", "")
    assert json.loads(diff_json.render(found))["pictures"]["after"]


def test_long_texts_of_a_spec_do_not_make_it_too_long() -> None:
    """A waiver's reason has no limit of its own."""
    found = compared(example(), without_remote_replica() + waiver(reason="x" * 90_000), *ONLY)
    assert len(diff_markdown.render(found)) <= LONGEST


def test_a_stranger_has_no_power_over_the_page() -> None:
    """No tag, no mention, no second marker, no table that breaks."""
    reason = "</details><img src=x> @everyone #1 | a <!-- tricenter diff --> `b`"
    found = compared(example(), without_remote_replica() + waiver(reason=reason), *ONLY)
    said = diff_markdown.render(found)
    page = html(said)
    assert "<img" not in page and page.count("<!--") == 1
    assert "@everyone" not in said and " #1" not in said
    assert said.count("\n</details>") == said.count("\n<details>")


def test_the_marker_names_the_spec() -> None:
    """A build finds its own comment by the first line; a name cannot end it."""
    said = diff_markdown.render(compared(example(), example(), *ONLY))
    assert said.splitlines()[0] == "<!-- tricenter diff stacks/ledger.yaml -->"
    assert marker("a --> <b>--\n") == "<!-- tricenter diff a - <b- -->"


def _git(*arguments: str) -> None:
    who = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose first commit has the example, and whose files lack the replica."""
    monkeypatch.chdir(tmp_path)
    _git("init", "-q", "-b", "main")
    spec = tmp_path / "stacks" / "ledger.yaml"
    spec.parent.mkdir()
    spec.write_text(example(), encoding="utf-8")
    _git("add", "stacks")
    _git("commit", "-q", "-m", "example")
    spec.write_text(without_remote_replica(), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_the_main_case_as_a_command(
    form: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Against a revision of the repository, by all rules, with grades."""
    arguments = ["diff", "main:stacks/ledger.yaml", "stacks/ledger.yaml", "--format", form]
    assert run(arguments) == 1
    said = capsys.readouterr()
    assert not said.err
    assert "replica-per-site" in said.out and "replica ledger-a in tianfu" in said.out
    if form == "json":
        data = json.loads(said.out)
        assert data["format"] == "tricenter.diff/v1" and data["refused"]
        assert data["dangers"][0]["line"] == 122
        assert "falls" in {grade["trend"] for grade in data["grades"]}
        copies = next(row for row in data["holdings"] if row["of"] == "ledger-a")
        assert copies["there_is"]["before"].startswith("3") and copies["changed"]


def test_a_move_to_another_target(capsys: pytest.CaptureFixture[str]) -> None:
    """Each spec is judged on its own; asked for one target, the other does not fit it."""
    aws, gcp = str(ROOT / "stacks/ledger-aws.yaml"), str(ROOT / "stacks/ledger-gcp.yaml")
    run(["diff", aws, gcp])
    assert "moves from aws to gcp" in capsys.readouterr().out
    run(["diff", aws, gcp, "--target", "gcp"])
    assert "The old spec is not valid" in capsys.readouterr().out
    assert run(["diff", "-", "none.yaml"]) == 2
    assert run(["diff", "-", "-"]) == 2


def test_dangers_alone_refuse(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pull request that keeps every rule and destroys data is not green."""
    spec = repository / "stacks" / "ledger.yaml"
    spec.write_text(example().replace("monthly: 12", "monthly: 11"), encoding="utf-8")
    assert run(["diff", "HEAD:stacks/ledger.yaml", str(spec)]) == 1
    assert "shrink" in capsys.readouterr().out


@pytest.mark.parametrize("old", ["-", "main:stacks/none.yaml"])
def test_no_old_spec(old: str, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A dash, or a file that the revision lacks."""
    (repository / "stacks" / "ledger.yaml").write_text(example(), encoding="utf-8")
    assert run(["diff", old, "stacks/ledger.yaml"]) == 0
    assert "all of it is new" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("stacks/ledger.yaml", "stacks/leger.yaml"),
        ("stacks/leger.yaml", "stacks/ledger.yaml"),
        ("main:stacks/ledger.yaml", "stacks/leger.yaml"),
        ("", "stacks/ledger.yaml"),
    ],
)
def test_a_name_that_is_wrong_is_no_spec_that_goes(
    old: str, new: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is said of a file that there is not, but that."""
    assert run(["diff", old, new]) == 2
    said = capsys.readouterr()
    assert not said.out and "there is no file" in said.err


@pytest.mark.parametrize("folder", [".", "stacks"])
def test_a_file_gone_since_the_revision(
    folder: str,
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It goes, as pipelines ask, from whichever folder."""
    (repository / "stacks" / "ledger.yaml").unlink()
    monkeypatch.chdir(repository / folder)
    new = "stacks/ledger.yaml" if folder == "." else "ledger.yaml"
    assert run(["diff", "main:stacks/ledger.yaml", new]) == 1
    assert "database ledger-a" in capsys.readouterr().out


@pytest.mark.parametrize(
    "old",
    ["nowhere:stacks/ledger.yaml", "--upload-pack=x:y", ":stacks/ledger.yaml", "-x:y"],
)
def test_a_revision_that_is_none(
    old: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong use, in a sentence; what looks like an option of git reaches no git."""
    assert run(["diff", "--", old, "stacks/ledger.yaml"]) == 2
    said = capsys.readouterr().err
    assert "revision" in said or "REVISION" in said


def test_bytes_that_are_no_text(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a revision as in a file."""
    spec = repository / "stacks" / "ledger.yaml"
    spec.write_bytes(b"\xff\xfe\x00")
    _git("commit", "-q", "-am", "broken")
    spec.write_text(example(), encoding="utf-8")
    assert run(["diff", "HEAD:stacks/ledger.yaml", "stacks/ledger.yaml"]) == 0
    assert "not UTF-8" in capsys.readouterr().out


def test_outside_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A revision needs one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert run(["diff", "main:a.yaml", "-"]) == 2


def _titles(found: Difference) -> set[tuple[str, ...]]:
    return {line.about for line in found.losses.changed}


def test_the_tables_mark_what_changes() -> None:
    """And only that: a database that is left alone stays in the fold."""
    found = compared(example(), without_remote_replica(), *ONLY)
    assert ("lose-city:hangzhou", "ledger-a") in _titles(found)
    assert not [about for about in _titles(found) if about[1] == "ledger-b"]
    said = diff_markdown.render(found)
    assert "3 (binjiang, tianfu, xihu) → **2 (binjiang, xihu)**" in said


def _subnets(*more: str) -> str:
    listed = ", ".join([*(f"198.19.{n}.0/24" for n in range(40)), *more])
    return edited(("CN: [198.18.0.0/24]", f"CN: [{listed}]"))


def test_what_changes_in_a_long_value_is_shown() -> None:
    """One subnet behind forty is seen in the comment, and what is left out is counted."""
    said = diff_markdown.render(compared(_subnets(), _subnets("203.0.113.64/26"), *ONLY))
    (row,) = [line for line in said.splitlines() if "dns.clients.CN" in line]
    assert "203.0.113.64/26" in row and "characters alike" in row and "NOT SHOWN" not in row


def test_what_is_cut_of_a_changed_value_is_said() -> None:
    """Two changes far apart in one value: what stands between them is counted as not shown."""
    new = _subnets("203.0.113.64/26").replace("CN: [198.19.0.0/24", "CN: [203.0.113.0/26")
    said = diff_markdown.render(compared(_subnets(), new, *ONLY))
    (row,) = [line for line in said.splitlines() if "dns.clients.CN" in line]
    assert "203.0.113.0/26" in row and row.count("CHARACTERS NOT SHOWN") == 2
