"""What `tricenter init` writes claims nothing that nobody knows of its reader."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.rule_examples import judged
from tricenter.cli.app import run
from tricenter.topology.template import template_text
from tricenter.topology.validate import load, validate

MARKED = re.compile(
    r"^( *)# (?=( *(facility|class|tier|power|feeds|ups|generator\w*|fuel_contract|cooling|"
    r"fire_\w+|\w+_zone|access_roads|security|distances|hazardous\w*|partners|bank-\d|standards|"
    r"gb\w+|editions): ?)|               hazardous)", re.MULTILINE,
)  # fmt: skip


def test_nothing_is_claimed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No building, no guard, no partner, no level; and every rule is kept, waived or unknown."""
    monkeypatch.chdir(tmp_path)
    assert run(["init"]) == 0
    topology = load("topology.yaml")
    assert not topology.partners and not topology.standards.model_fields_set
    assert not [site for site in topology.sites.values() if site.facility.model_fields_set]
    assert run(["check", "topology.yaml"]) == 0
    last = {waiver.expires for waiver in topology.waivers}
    assert last == {datetime.now(tz=UTC).date() + timedelta(days=90)}


def test_the_marks_may_be_taken_away() -> None:
    """What is commented out is right as it stands, but for the claim that asks for more backups."""
    text = MARKED.sub(r"\1", template_text())
    text = text[: text.index("\nwaivers:")] + text[text.index("\n# Data that a change") :]
    topology = validate(text)
    assert len(topology.partners) == 2 and topology.standards.gbt20988 == 5
    assert all(site.facility.class_ == "A" for site in topology.sites.values())
    found = [v for v in judged(text) if v.violation.standing == "violation"]
    assert {v.violation.rule.id for v in found} == {"claims-borne"}
    daily = text.replace('full: "0 2 * * 0", incremental: "0 2 * * 1-6"', 'full: "0 2 * * *"')
    assert not [v for v in judged(daily) if v.violation.standing == "violation"]
