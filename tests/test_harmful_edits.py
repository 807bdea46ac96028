"""Sound topologies fire nothing; each single harmful edit fires exactly its rules, everywhere."""

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.conftest import Golden, runs
from tests.harm.edit import Fires, Kind, Pick, Unfit, find_kinds
from tests.harm.sound import REFERENCES, sound
from tests.rule_examples import DUMPER, TODAY, judged
from tricenter.components import program
from tricenter.policies.judge import Located, RefusedError
from tricenter.policies.pack.session import Session
from tricenter.policies.pack.settings import UNKNOWNS, WAIVED, PackSettings
from tricenter.policies.resources.resource import Resource
from tricenter.policies.rules import find_rules, rules_about
from tricenter.topology import document
from tricenter.topology.document import Document
from tricenter.topology.errors import join_path
from tricenter.topology.forecast import forecast
from tricenter.topology.validate import validate

FILES = Path(__file__).parent
TABLE = FILES.parent / "docs" / "harmful-edits.md"
FILE = "spec.yaml"
CLAIMS = "claims-borne"
TRIES = runs(1, 3)
"""Random topologies that each kind of edit is tried on, for each target."""


def text_of(spec: object) -> str:
    """The spec as a user could have written it."""
    return yaml.dump(spec, Dumper=DUMPER, sort_keys=False, allow_unicode=True)


def fired(text: str, target: str) -> list[Located]:
    """Everything that is violated; what is waived or unknown in a sound topology stays so."""
    return [found for found in judged(text, target) if found.violation.standing == "violation"]


def harmed(kind: Kind, tries: int = TRIES) -> Iterator[tuple[str, str, Fires]]:
    """Harmed topologies of a kind: the target, the text, what it must fire."""
    for target in sorted(kind.targets):
        for seed in range(tries):
            chance = random.Random(f"{kind.name} {target} {seed}")
            spec = sound(target, chance)
            try:
                wanted = kind.change(spec, Pick(chance, target))
            except Unfit:
                continue
            yield target, text_of(spec), wanted


def places(read: Document, fires: Fires) -> set[tuple[str, str]]:
    """The rules with the places as users read them: what is missing is told where it is missed."""
    return {(rule, join_path(read.existing(path))) for rule, path in fires}


@pytest.mark.parametrize("target", REFERENCES)
def test_a_sound_topology_fires_nothing(target: str) -> None:
    """Some random ones of each target."""
    for seed in range(runs(6, 40)):
        text = text_of(sound(target, random.Random(seed)))
        assert not fired(text, target), "\n".join(map(str, fired(text, target)))


@pytest.mark.parametrize("kind", find_kinds(), ids=lambda kind: kind.name)
def test_a_harmful_edit_fires_exactly_its_rules(kind: Kind) -> None:
    """With the place in the spec that the edit is about."""
    done = 0
    for target, text, wanted in harmed(kind):
        done += 1
        found = fired(text, target)
        said = {(one.violation.rule.id, one.path) for one in found}
        if not any(rule == CLAIMS for rule, _ in wanted):
            # What harms a building harms what is claimed of it: that is no rule of the edit's own.
            said = {one for one in said if one[0] != CLAIMS}
        assert said == places(document.parse(text), wanted), "\n".join(map(str, found))
    assert done, "there was no topology that this could be done to"


@pytest.mark.parametrize("kind", find_kinds(), ids=lambda kind: kind.name)
def test_components_and_pack_say_the_same(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule, line, column and sentence are those of `tricenter check` in all three places."""
    warned: list[str] = []
    monkeypatch.setattr(program.pulumi.log, "warn", warned.append)
    monkeypatch.setattr(program, "today", lambda: TODAY)
    for target, text, _ in harmed(kind, tries=1):
        read = document.parse(text, FILE)
        topology = validate(read)
        found = fired(text, target)
        said = sorted(str(one) for one in found)
        refusing = [str(one) for one in found if one.violation.refuses()]
        asked = (topology, read, forecast(topology, target=target), target, "production")
        if refusing:
            with pytest.raises(RefusedError) as refused:
                program.judge(*asked, "mandatory")
            assert [str(one) for one in refused.value.diagnostics] == refusing
        warned.clear()
        program.judge(*asked, "advisory")
        assert set(said) <= set(warned)
        assert sorted(packed(text, target)) == said


def packed(text: str, target: str) -> list[str]:
    """What the policies of the pack's rules say of a root component with that spec."""
    topics = frozenset(rule.topic for rule in find_rules())
    settings = PackSettings(records=FILES / "no-records", topics=topics, today=TODAY)
    root = Resource(
        urn="urn:pulumi:dev::tricenter::tricenter:index:Topology::ledger",
        type="tricenter:index:Topology",
        name="ledger",
        props={"source": text, "file": FILE, "target": target, "profile": "production"},
    )
    said = Session(settings=settings).show(root)
    return [one.message for one in said if one.policy not in (UNKNOWNS, WAIVED)]


@cache
def rules_fired() -> dict[str, set[str]]:
    """The rules that each kind of edit must fire, by the kind's name."""
    return {
        kind.name: {rule for _, _, wanted in harmed(kind, 1) for rule, _ in wanted}
        for kind in find_kinds()
    }


def test_every_rule_about_specs_is_fired_by_some_kind() -> None:
    """A rule that no edit fires could have been forgotten."""
    fires = set().union(*rules_fired().values())
    silent = {rule.id for rule in (*rules_about("spec"), *rules_about("waiver"))} - fires
    assert not silent


def test_the_table_counts_them(golden: Golden) -> None:
    """docs/harmful-edits.md has each kind with its targets and rules."""
    kinds = find_kinds()
    assert len(kinds) >= 100 and len({kind.name for kind in kinds}) == len(kinds)
    rows = [
        "# Harmful edits",
        "",
        "Generated by `make golden`. Each is done to random sound topologies of each target",
        "(`tests/test_harmful_edits.py`), and must fire exactly these rules, at the place in the",
        "spec that it is about, alike in `tricenter check`, in the components and in the pack.",
        "",
        f"{len(kinds)} kinds:",
        "",
        "| # | edit | targets | rules |",
        "| --- | --- | --- | --- |",
    ]
    for number, kind in enumerate(kinds, 1):
        rules = sorted(rules_fired()[kind.name])
        named = ", ".join(f"[{rule}](rules.md#{rule})" for rule in rules)
        rows.append(f"| {number} | {kind.name} | {', '.join(sorted(kind.targets))} | {named} |")
    golden(TABLE, "\n".join(rows) + "\n")
