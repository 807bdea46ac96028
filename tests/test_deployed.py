"""A plain `pulumi up` in profile production refuses to destroy data of what is deployed."""

import json
from pathlib import Path

import pytest

from tests.package.project import LEDGER, Project, in_python, needs_pulumi

pytestmark = [needs_pulumi, pytest.mark.timeout(400), pytest.mark.cloud]
NAMES = ("shrink backup nightly", "replace repository nightly", "delete database ledger-b",
         "replace database ledger-a")  # fmt: skip
LINES = "\nmay_destroy:\n" + "".join(
    f"  - {{loss: {name}, reason: moved and reconciled, owner: treasury, expires: 2031-12-31}}\n"
    for name in NAMES[:2]
)


def changed() -> str:
    """The example with a database renamed, one shrunk, a moved repository, less kept."""
    text = LEDGER.read_text(encoding="utf-8").replace("ledger-b", "ledger-c")
    for before, after in (
        ("copies: [tianfu, cold-vault]", "copies: [xihu, cold-vault]"),
        ("monthly: 12", "monthly: 11"),
        ("    size: 200GiB\n    load: {tps: 3000", "    size: 10GiB\n    load: {tps: 3000"),
    ):
        assert before in text
        text = text.replace(before, after)
    return text


def deployed(folder: Path, profile: str) -> Project:
    """A stack whose state says that the example is deployed, and whose spec is to be written."""
    project = in_python(folder)
    for key, value in (
        ("profile", profile), ("enforce", "advisory"), ("spec", str(project.folder / "spec.yaml")),
    ):  # fmt: skip
        project.done("config", "set", "--stack", "dev", f"tricenter:{key}", value)
    urn = "urn:pulumi:dev::tricenter::"
    stack = f"{urn}pulumi:pulumi:Stack::tricenter-dev"
    said = {
        "source": LEDGER.read_text(encoding="utf-8"),
        "file": "stacks/ledger.yaml",
        "target": "lab",
        "digest": "0" * 12,
    }
    resources = [
        {"urn": stack, "type": "pulumi:pulumi:Stack", "outputs": {"digest": "0" * 12}},
        {
            "urn": f"{urn}tricenter:index:Topology::ledger",
            "type": "tricenter:index:Topology",
            "parent": stack,
            "outputs": {"deployed": said},
        },
    ]
    state = {"version": 3, "deployment": {"manifest": {"time": "2026-11-30T00:00:00Z"},
             "resources": [{"custom": False, **one} for one in resources]}}  # fmt: skip
    (project.folder / "state.json").write_text(json.dumps(state))
    project.done("stack", "import", "--stack", "dev", "--file", "state.json")
    return project


def previewed(project: Project, text: str) -> tuple[int, str]:
    """How the engine's own preview of a spec ends, and what it prints."""
    (project.folder / "spec.yaml").write_text(text, encoding="utf-8")
    done = project.pulumi("preview", "--stack", "dev")
    return done.returncode, done.stdout + done.stderr


def test_a_plain_preview_names_each_loss_and_refuses(tmp_path: Path) -> None:
    """What shrinks or moves in place too; lines and the configuration let them through by name."""
    project = deployed(tmp_path, "production")
    code, said = previewed(project, changed())
    assert code != 0 and "Traceback" not in said
    for name in NAMES:
        verb, _, subject = name.partition(" ")
        assert f"{verb}[{subject}]" in said
    assert "stacks/ledger.yaml (deployed):" in said and "pulumi config set --path" in said
    code, said = previewed(project, changed() + LINES)
    assert code != 0 and "shrink[backup nightly]" not in said and "delete[database" in said
    for number, name in enumerate(NAMES[2:]):
        words = ("config", "set", "--stack", "dev", "--path", f"tricenter:allow[{number}]", name)
        project.done(*words)
    code, said = previewed(project, changed() + LINES)
    assert code == 0, said


def test_what_destroys_nothing_and_what_is_a_drill_passes(tmp_path: Path) -> None:
    """The same meaning, a growing change, a stack that holds nothing."""
    project = deployed(tmp_path, "production")
    code, said = previewed(project, LEDGER.read_text(encoding="utf-8") + "\ntiming: {ttl: 30s}\n")
    assert code == 0, said
    project.done("config", "set", "--stack", "dev", "tricenter:profile", "drill")
    code, said = previewed(project, changed())
    assert code == 0, said
