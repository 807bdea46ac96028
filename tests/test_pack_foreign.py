"""The pack on programs that the project did not make: the faults planted in them, nothing else."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.forked_recording import record_in_fork
from tests.pack_project import FOREIGN, emulated_aws, expected, foreign, judged
from tests.package.project import needs_pulumi
from tests.resource_examples import findings, resources_of, settled
from tricenter.policies.resources.resource import Resource

RECORDED = sorted(str(path.parent.relative_to(FOREIGN)) for path in FOREIGN.rglob("expected.txt"))


def test_there_are_enough_of_them() -> None:
    """At least six shapes, on both clouds."""
    assert len(RECORDED) >= 6


@pytest.mark.parametrize("name", RECORDED)
def test_a_foreign_program_has_exactly_its_planted_faults(name: str) -> None:
    """By the graph that the program asks for: rule and resource, each way."""
    recorded = record_in_fork(FOREIGN / name)
    resources = resources_of(recorded)
    found = {
        f"{finding.verdict} {rule} {(finding.resource or '').rpartition('::')[2]}"
        for rule, finding in findings(settled(resources))
    }
    assert sorted(found) == expected(FOREIGN / name / "expected.txt")
    assert counted(resources) == counted(resources[::-1]), "the order of declaration says nothing"


def counted(resources: Iterable[Resource]) -> Counter[str]:
    """How often each rule says what; of records of one name it takes the first to point at."""
    return Counter(f"{one.verdict} {rule}" for rule, one in findings(settled(resources)))


@pytest.mark.cloud
@needs_pulumi
@pytest.mark.timeout(400)
def test_the_engine_finds_the_same(tmp_path: Path) -> None:
    """A preview of plain Pulumi with the pack, on an emulated AWS; and it is refused."""
    with emulated_aws(tmp_path / "emulated") as environment:
        code, said = judged(foreign("rds-app", tmp_path / "app", environment))
    assert code
    found = {f"{one.standing} {one.rule} {one.urn.rpartition('::')[2]}" for one in said}
    assert sorted(found) == expected(FOREIGN / "rds-app" / "expected.txt")


@pytest.mark.cloud
@needs_pulumi
@pytest.mark.timeout(400)
def test_what_a_preview_cannot_know_is_judged_before_it_is_made(tmp_path: Path) -> None:
    """Unknown at the preview, neither passed nor refused; at `up` refused, and not created."""
    with emulated_aws(tmp_path / "emulated") as environment:
        project = foreign("not-known-yet", tmp_path / "app", environment)
        _, said = judged(project)
        found = {f"{one.standing} {one.rule} {one.urn.rpartition('::')[2]}" for one in said}
        assert sorted(found) == expected(FOREIGN / "not-known-yet" / "expected-at-preview.txt")
        assert all(not one.mandatory for one in said if one.standing == "unknown")
        code, said = judged(project, "up", "--yes", "--skip-preview")
        assert code
        refused = {one.rule for one in said if one.mandatory and one.standing == "violation"}
        assert "deletion-protection" in refused
        assert "no-public-database" not in refused
        made = project.done("stack", "--stack", "dev", "--show-urns")
        assert "kms/key" in made
        assert "rds/instance" not in made
        project.done("destroy", "--yes", "--stack", "dev", "--skip-preview")
