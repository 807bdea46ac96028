"""The pack on a topology: refused like everywhere else, at the same line of the spec."""

from datetime import date
from pathlib import Path

import pytest

from tests.kept_records import keep, record_data
from tests.pack_project import config_file, judged
from tests.package.project import LEDGER, Project, in_python, needs_pulumi
from tests.rule_examples import judged as checked
from tricenter.policies.pack.events import Spoken

pytestmark = [needs_pulumi, pytest.mark.timeout(400), pytest.mark.cloud]
REMOTE_REPLICA = "replicas: {xihu: {voter: true}, tianfu: {voter: true}}"


def without_the_remote_replica() -> str:
    """The example as a pull request would leave it that takes ledger-a's remote copy away."""
    text = LEDGER.read_text(encoding="utf-8")
    assert text.count(REMOTE_REPLICA) == 1
    return text.replace(REMOTE_REPLICA, "replicas: {xihu: {voter: true}}")


def lab(folder: Path, text: str, enforce: str = "advisory") -> Project:
    """The example's program on the lab with this spec; by default the constructor only warns, so
    that the pack is what refuses."""
    project = in_python(folder)
    (project.folder / "spec.yaml").write_text(text, encoding="utf-8")
    project.done("config", "set", "--stack", "dev", "tricenter:enforce", enforce)
    project.done(
        "config", "set", "--stack", "dev", "tricenter:spec", str(project.folder / "spec.yaml")
    )
    return project


def lines(said: tuple[Spoken, ...]) -> set[str]:
    """What refuses, as users read it."""
    return {str(one) for one in said if one.standing == "violation"}


def test_a_removed_remote_replica_is_refused_everywhere_at_one_line(tmp_path: Path) -> None:
    """The pack, `tricenter check` and the component say the very same lines."""
    text = without_the_remote_replica()
    project = lab(tmp_path, text)
    code, said = judged(project)
    assert code
    assert any(one.mandatory and one.rule == "replica-per-site" for one in said)
    direct = checked(text, file="spec.yaml")
    refusing = {str(one) for one in direct if one.violation.standing == "violation"}
    assert any("critical[replica-per-site] databases.ledger-a.replicas" in one for one in refusing)
    assert lines(said) == refusing
    project.done("config", "set", "--stack", "dev", "tricenter:enforce", "mandatory")
    printed = project.pulumi("preview", "--stack", "dev")
    assert printed.returncode
    for one in refusing:
        assert one in printed.stdout + printed.stderr


def test_a_level_is_the_configurations(tmp_path: Path) -> None:
    """Advisory speaks and lets through; disabled is silent; a topic alone asks only its rules."""
    project = lab(tmp_path, without_the_remote_replica())
    code, said = judged(project, "preview", *config_file(tmp_path, {"all": "advisory"}))
    assert code == 0
    assert any(one.rule == "replica-per-site" and not one.mandatory for one in said)
    off = {"all": "advisory", "replica-per-site": "disabled"}
    _, said = judged(project, "preview", *config_file(tmp_path, off))
    assert "replica-per-site" not in {one.rule for one in said}
    topic = {"tricenter": {"topics": ["sites"]}, "unknown-verdicts": "mandatory"}
    _, said = judged(project, "preview", *config_file(tmp_path, topic))
    assert "replica-per-site" not in {one.rule for one in said}


def test_records_of_drills_count_from_the_program(tmp_path: Path) -> None:
    """The pack finds what the component finds: a drill that failed is a violation of both."""
    project = lab(tmp_path, LEDGER.read_text(encoding="utf-8"))
    record = record_data("lose-site:binjiang", date(2026, 11, 24), "fail", "0" * 12)
    keep(project.folder / "records", record)
    code, said = judged(project)
    assert code
    refused = [one for one in said if one.mandatory]
    # The levels that the spec claims ask for a drill that passed.
    assert {one.rule for one in refused} == {"drill-age-special", "claims-borne"}
    printed = project.pulumi("preview", "--stack", "dev")
    assert all(str(one) in printed.stdout + printed.stderr for one in refused)


def test_the_example_passes(tmp_path: Path) -> None:
    """The spec that is shipped is not refused; what nobody drilled is unknown, and can refuse."""
    project = lab(tmp_path, LEDGER.read_text(encoding="utf-8"), "mandatory")
    code, said = judged(project)
    assert code == 0, said
    assert lines(said) == set()
    unknown = [one for one in said if one.policy == "unknown-verdicts"]
    assert unknown
    code, _ = judged(project, "preview", *config_file(tmp_path, {"unknown-verdicts": "mandatory"}))
    assert code
