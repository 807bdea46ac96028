"""Checks and differences for tests of what is printed: made as the commands make them."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from tests.rule_examples import EXAMPLE, ROOT, TODAY
from tricenter.policies.diff.difference import Difference, difference
from tricenter.policies.diff.side import Judged, Side
from tricenter.policies.gather import gather
from tricenter.policies.judge import judge, locate
from tricenter.policies.report.checked import Check, CheckedFile
from tricenter.policies.rule import Rule
from tricenter.policies.rules import find_rules
from tricenter.topology import document
from tricenter.topology.errors import SpecError
from tricenter.topology.target import target_of
from tricenter.topology.validate import validate

GOLDEN = ROOT / "tests" / "golden_report"
REPLICAS = "replicas: {xihu: {voter: true}, tianfu: {voter: true}}"
WAIVER = """
waivers:
  - rule: replica-per-site
    target: databases.ledger-a.replicas
    reason: "{reason}"
    owner: {owner}
    expires: {expires}
"""


def example() -> str:
    """The example's text."""
    return EXAMPLE.read_text(encoding="utf-8")


def without_remote_replica() -> str:
    """The example as a pull request leaves it that takes the remote replica of ledger-a away."""
    text = example()
    assert REPLICAS in text
    return text.replace(REPLICAS, "replicas: {xihu: {voter: true}}", 1)


def edited(*edits: tuple[str, str], base: Path = EXAMPLE) -> str:
    """A spec's text with pieces replaced; each must be there."""
    text = base.read_text(encoding="utf-8")
    for before, after in edits:
        assert before in text, before
        text = text.replace(before, after)
    return text


def waiver(*, reason: str = "the line is being moved", owner: str = "platform",
           expires: str = "2031-12-31") -> str:  # fmt: skip
    """A waiver of the missing replica, to stand at the end of a spec."""
    return WAIVER.format(reason=reason, owner=owner, expires=expires)


def rules(*ids: str) -> tuple[Rule, ...]:
    """The rules of these ids; all that are about specs and waivers where none is named."""
    found = [rule for rule in find_rules() if rule.about != "resource"]
    return tuple(rule for rule in found if not ids or rule.id in ids)


def checked(text: str, file: str = "stacks/ledger.yaml", *only: str) -> CheckedFile:
    """A text as a checked file, by some rules or by all."""
    read = document.parse(text, file)
    try:
        topology = validate(read)
    except SpecError as error:
        return CheckedFile(file=file, text=text, diagnostics=error.diagnostics)
    target = target_of(topology)
    facts = gather(topology, target, TODAY, root=ROOT / "tests" / "no-records")
    asked = [rule for rule in rules(*only) if rule.about == "spec"]
    found = locate(read, judge(facts, asked))
    return CheckedFile(file=file, text=text, target=target, found=found)


def check(*files: CheckedFile) -> Check:
    """Checked files as one check by all rules."""
    return Check(files=files, rules=rules(), fail_on="medium")


def side(text: str | None, name: str, target: str | None, *only: str) -> Side:
    """A text as a side of a difference."""
    if text is None:
        return Side(name=name)
    read = document.parse(text, name)
    try:
        topology = validate(read)
    except SpecError as error:
        return Side(name=name, text=text, diagnostics=error.diagnostics)
    facts = gather(
        topology, target or target_of(topology), TODAY, root=ROOT / "tests" / "no-records"
    )
    asked = [rule for rule in rules(*only) if rule.about == "spec"]
    judged = Judged(read=read, facts=facts, found=locate(read, judge(facts, asked)))
    return Side(name=name, text=text, judged=judged)


def compared(
    old: str | None, new: str | None, *only: str, target: str | None = None, today: date = TODAY
) -> Difference:
    """The difference of two texts, without the grades, which have tests of their own."""
    after = side(new, "stacks/ledger.yaml", target, *only)
    on = target or (after.judged.facts.target if after.judged else None)
    before = side(old, "origin/main:stacks/ledger.yaml", target, *only)
    return replace(difference(before, after, on or "lab", "medium", today), grades=())
