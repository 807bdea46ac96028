"""A change that destroys data is refused until somebody answers for it, by an option or a line."""

import json
from datetime import date
from pathlib import Path

import pytest

from tests.report_cases import compared, edited, example
from tests.rule_examples import TODAY
from tricenter.cli.app import run
from tricenter.policies.report import diff_json, diff_markdown, diff_text

ONLY = ("replica-per-site",)
LINE = """
may_destroy:
  - loss: {loss}
    reason: {reason}
    owner: treasury
    expires: {expires}
"""
LATER = "2031-12-31"
DESTROYED = [
    pytest.param(edited(("name: ledger\n", "name: books\n")), "replace topology ledger", id="name"),
    pytest.param(example().replace("ledger-b", "ledger-c"), "delete database ledger-b", id="base"),
    pytest.param(
        edited(("    size: 200GiB\n    load: {tps: 3000", "    size: 10GiB\n    load: {tps: 3000")),
        "replace database ledger-a",
        id="size",
    ),
    pytest.param(
        edited(("copies: [tianfu, cold-vault]", "copies: [xihu, cold-vault]")),
        "replace repository nightly",
        id="repository",
    ),
    pytest.param(edited(("monthly: 12", "monthly: 11")), "shrink backup nightly", id="kept"),
]
"""Specs whose change from the example destroys one thing, and how the loss is named."""


def line(loss: str, expires: str = LATER, reason: str = "moved and reconciled") -> str:
    """A line of the spec that lets a loss through."""
    return LINE.format(loss=loss, expires=expires, reason=reason)


@pytest.mark.parametrize(("new", "loss"), DESTROYED)
def test_destroyed_data_fails_by_default(
    new: str, loss: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Although no rule is broken; the refusal names the loss, and that name lets it through."""
    old, path = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(example(), encoding="utf-8")
    path.write_text(new, encoding="utf-8")
    assert run(["diff", str(old), str(path)]) == 1
    said = capsys.readouterr().out
    assert f"--allow '{loss}'" in said and "refused: " in said and "New violations" not in said
    assert run(["diff", str(old), str(path), "--allow", loss]) == 0
    assert "let through by --allow" in capsys.readouterr().out
    path.write_text(new + line(loss), encoding="utf-8")
    assert run(["diff", str(old), str(path)]) == 0
    assert f"let through by treasury until {LATER}: moved" in capsys.readouterr().out


@pytest.mark.parametrize(("new", "loss"), DESTROYED)
def test_only_the_very_name_lets_through(new: str, loss: str) -> None:
    """Another verb, another thing, part of a name: nothing of them does."""
    verb, _, subject = loss.partition(" ")
    others = [f"{other} {subject}" for other in ("delete", "replace", "shrink") if other != verb]
    for name in (*others, f"{loss}-2", "delete database ledger-z", f"{verb} {subject[:-1]}"):
        found = compared(example(), new + line(name), *ONLY)
        assert found.refused, name
        assert [one.state for one in found.consents] == ["needless"]


def test_a_line_is_for_the_change_that_brings_it() -> None:
    """Until its last day; one that stood there before lets nothing more through."""
    old, new, loss = example(), edited(("monthly: 12", "monthly: 11")), "shrink backup nightly"
    assert not compared(old, new + line(loss, str(TODAY)), *ONLY).refused
    expired = compared(old, new + line(loss, "2020-01-31"), *ONLY)
    assert expired.refused and [one.state for one in expired.consents] == ["expired"]
    spent = compared(old + line(loss), new + line(loss), *ONLY)
    assert spent.refused and [one.state for one in spent.consents] == ["spent"]
    again = compared(old + line(loss), new + line(loss, "2032-01-31"), *ONLY)
    assert not again.refused
    for said in (diff_text.render(spent), diff_markdown.render(spent)):
        assert "it was for an earlier change" in said


def test_one_line_of_several_losses_is_not_enough() -> None:
    """Each is named; the others still refuse, and are told first how."""
    new = edited(("monthly: 12", "monthly: 11"), ("name: ledger\n", "name: books\n"))
    found = compared(example(), new + line("shrink backup nightly"), *ONLY)
    assert found.refused and [one.loss.name for one in found.forbidden] == [
        "replace topology ledger"
    ]
    said = diff_text.render(found)
    assert "2 changes destroy data (1 let through)" in said
    assert "--allow 'replace topology ledger'" in said


def test_a_spec_that_goes_was_named_by_a_change_before() -> None:
    """It has no line of its own any more: the old one's count, until their day."""
    losses = ("delete database ledger-a", "delete database ledger-b", "delete backup nightly",
              "delete vault cold-vault")  # fmt: skip
    old = example() + "\nmay_destroy:\n" + "".join(
        f"  - {{loss: {loss}, reason: the firm is closed, owner: board, expires: {LATER}}}\n"
        for loss in losses
    )  # fmt: skip
    assert compared(example(), None, *ONLY).refused
    assert "in a change before this one" in diff_text.render(compared(example(), None, *ONLY))
    assert not compared(old, None, *ONLY).refused
    assert compared(old, None, *ONLY, today=date(2032, 1, 1)).refused


def test_every_format_names_who_answers() -> None:
    """The comment, the text, and programs."""
    found = compared(
        example(), edited(("monthly: 12", "monthly: 11")) + line("shrink backup nightly"), *ONLY
    )
    comment = diff_markdown.render(found)
    assert "let through by treasury" in comment and "**refused**" not in comment
    assert "**Not refused**" in comment and "⚠️" in comment.splitlines()[1]
    (danger,) = json.loads(diff_json.render(found))["dangers"]
    assert danger["allowed"] and danger["consent"]["owner"] == "treasury"
    refused = compared(example(), edited(("monthly: 12", "monthly: 11")), *ONLY)
    comment = diff_markdown.render(refused)
    assert "**refused**" in comment and "may_destroy: [{loss: " in comment
    (danger,) = json.loads(diff_json.render(refused))["dangers"]
    assert danger["name"] == "shrink backup nightly"
    assert not danger["allowed"] and danger["consent"] is None


def test_a_line_of_its_own_is_a_weaker_promise() -> None:
    """A consent is never brought in silence, whatever else the change says."""
    found = compared(example(), example() + line("delete database ledger-b"), *ONLY)
    assert [one.path for one in found.weaker] == ["may_destroy[delete database ledger-b]"]
    assert [one.state for one in found.consents] == ["needless"] and not found.refused
