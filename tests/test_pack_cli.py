"""`tricenter preview --policy-pack`: the engine's events become lines, JSON and an exit code."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tricenter.cli.app import build_app
from tricenter.cli.engine import EngineError
from tricenter.cli.events import Event, read_event

LINE = "stacks/a.yaml:37:5: critical[replica-per-site] databases.a.replicas: b has no copy of a"
URN = "urn:pulumi:dev::p::tricenter:index:Topology::ledger"


def policy_event(level: str) -> str:
    """A line of the engine's stream, as pulumi 3.250 prints it."""
    said = {
        "resourceUrn": URN,
        "message": f"Every site holds a copy of every database.\n{LINE}\n",
        "policyName": "replica-per-site",
        "policyPackName": "tricenter",
        "enforcementLevel": level,
        "severity": "critical",
    }
    return json.dumps({"policyEvent": said})


@dataclass
class Engine:
    """An engine that says what it is told to, and fails as the real one does."""

    lines: list[str]
    fails: bool
    stack: str = "dev"
    flags: list[str] = field(default_factory=list[str])

    root = Path(__file__).parent.parent
    settings = Path("Pulumi.dev.yaml")

    def make(self) -> None:
        """Nothing to make."""

    def exists(self) -> bool:
        """The stack is there."""
        return True

    def run(self, verb: str, *flags: str) -> Iterator[Event]:
        """The events, and the failure at the end."""
        self.flags += [verb, *flags]
        yield from (event for line in self.lines if (event := read_event(line)))
        if self.fails:
            raise EngineError("pulumi preview failed")


def preview(monkeypatch: pytest.MonkeyPatch, engine: Engine, *words: str) -> Result:
    """The command with this engine."""
    return invoke(monkeypatch, engine, "preview", *words)


def invoke(monkeypatch: pytest.MonkeyPatch, engine: Engine, *words: str) -> Result:
    """A verb with this engine."""
    monkeypatch.setattr("tricenter.cli.engine.open_engine", lambda _: engine)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    monkeypatch.setattr("tricenter.cli.unwritten.has_salt", lambda _: True)
    return CliRunner().invoke(build_app(), list(words))


def test_a_mandatory_violation_is_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Found is found: that the engine ends with an error of its own is not one of the machine's."""
    engine = Engine([policy_event("mandatory")], fails=True)
    config = tmp_path / "pack.json"
    config.write_text("{}")
    done = preview(
        monkeypatch, engine, "--policy-pack", str(tmp_path), "--policy-pack-config", str(config)
    )
    assert done.exit_code == 1, done.output
    assert LINE in done.stdout.splitlines()
    assert engine.flags == [
        "preview", "--policy-pack", str(tmp_path), "--policy-pack-config", str(config),
    ]  # fmt: skip


def test_json_has_the_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With rule, level and resource; advice lets the preview through."""
    engine = Engine([policy_event("advisory")], fails=False)
    done = preview(monkeypatch, engine, "--policy-pack", str(tmp_path), "--format", "json")
    assert done.exit_code == 0, done.output
    (one,) = json.loads(done.stdout)["policies"]
    wanted: dict[str, Any] = {
        "rule": "replica-per-site", "file": "stacks/a.yaml", "line": 37, "column": 5,
        "path": "databases.a.replicas", "mandatory": False, "standing": "violation", "urn": URN,
        "message": "b has no copy of a", "severity": "critical",
    }  # fmt: skip
    assert {key: one[key] for key in wanted} == wanted


def test_an_engine_that_fails_for_itself_is_none_of_the_packs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its error is shown as before, also after advice."""
    engine = Engine([policy_event("advisory")], fails=True)
    done = preview(monkeypatch, engine, "--policy-pack", str(tmp_path))
    assert isinstance(done.exception, EngineError)


def test_a_pack_that_is_not_there_is_wrong_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before an engine is started."""
    engine = Engine([], fails=False)
    assert preview(monkeypatch, engine, "--policy-pack", "nowhere").exit_code == 2
    assert engine.flags == []


WRONG = "stacks/a.yaml:14:21: error[unknown-value] databases.a.commit.mode: 'quroum' is not one of"


def said(text: str) -> str:
    """An error that a program has told the engine."""
    return json.dumps({"diagnosticEvent": {"message": f"{text}\n", "severity": "error"}})


@pytest.mark.parametrize("text", [WRONG, LINE])
def test_a_spec_that_is_refused_is_exit_code_1(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """What is wrong is with the spec, not with the machine; a program reads the reasons too."""
    lines = [said(text), said(text), said("the engine's own words")]
    for verb in ("preview", "up"):
        engine = Engine(lines, fails=True)
        monkeypatch.setattr("tricenter.cli.up.refuse_fenced", lambda _: None)
        done = invoke(monkeypatch, engine, verb, "--format", "json")
        assert done.exit_code == 1, done.output
        told = json.loads(done.stdout)
        assert told["refused"] == [text]
        assert (told["stack"], told["project"], told["target"]) == ("dev", "tricenter", "lab")
    shown = invoke(monkeypatch, Engine(lines, fails=True), "preview")
    assert "refused, for 1 reason; nothing was changed" in shown.stdout


def test_an_error_without_a_place_is_the_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin that cannot start is nothing that a pull request can mend."""
    done = preview(monkeypatch, Engine([said("could not load plugin")], fails=True))
    assert isinstance(done.exception, EngineError)


def test_both_ways_to_count_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of providers' resources, and the engine's own, which has components and providers besides."""
    made = {"op": "create", "urn": f"{URN}-host", "type": "tricenter-lab:index:Host"}
    lines = [
        json.dumps({"resOutputsEvent": {"metadata": made}}),
        json.dumps({"summaryEvent": {"resourceChanges": {"create": 4, "same": 2}}}),
    ]
    done = preview(monkeypatch, Engine(lines, fails=False))
    assert "(Pulumi says 4 created: it counts components and providers too)" in done.stdout
    told = json.loads(preview(monkeypatch, Engine(lines, fails=False), "--format", "json").stdout)
    assert (told["counts"], told["changes"]) == ({"create": 1}, {"create": 4, "same": 2})
