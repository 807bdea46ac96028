"""The pipelines' scripts, step by step: what they refuse, what they leave, what they pass."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from tests.ci_steps import (
    ROOT,
    SPEC,
    Repository,
    literal,
    without_remote,
    workflow,
)
from tricenter.cli.ci.pipelines import FILES, Service

PULL, _ = FILES["github"]
(MERGE,) = FILES["gitlab"]
EXAMPLE = (ROOT / SPEC).read_text()
CHANGED = without_remote(EXAMPLE)
LINE = 1 + next(i for i, line in enumerate(CHANGED.splitlines()) if "replicas: {xihu" in line)
OTHER = "stacks/other.yaml"
RENAMED = EXAMPLE.replace("\nname: ledger\n", "\nname: other\n")


@pytest.fixture
def change(tmp_path: Path) -> Repository:
    """A change that takes the remote replica away."""
    return Repository.make(tmp_path / "repo", {SPEC: EXAMPLE}, {SPEC: CHANGED})


@pytest.fixture(params=["github", "gitlab"])
def service(request: pytest.FixtureRequest) -> Service:
    """Both services run the same scripts."""
    return request.param


def step(service: Service, name: str, *specs: str) -> tuple[str, dict[str, str]]:
    """A script of the pull request's pipeline, and the variables that its file gives it."""
    if service == "github":
        file = workflow(PULL, *specs)
        job = file["jobs"]["preview" if name == "Preview" else "check"]
        (found,) = (s for s in job["steps"] if s.get("name", "").startswith(name))
        return found["run"], literal(file["env"]) | literal(found.get("env"))
    file = workflow(MERGE, *specs, service="gitlab")
    job = file[f"topology-{name.lower()}"]
    given = literal(file[".tricenter"]["variables"]) | literal(job.get("variables"))
    return job["script"][-1], given


def with_base(service: Service, given: dict[str, str], repository: Repository) -> dict[str, str]:
    """GitLab's runner fills in the commit that the merge request began at."""
    base = {"BASE": repository.git("rev-parse", "HEAD^1")} if service == "gitlab" else {}
    return given | base


def run(service: Service, name: str, repository: Repository, *specs: str) -> Any:
    """One step in the repository."""
    script, given = step(service, name, *specs)
    return repository.run(script, **with_base(service, given, repository))


def test_check_refuses_and_leaves_its_reports(service: Service, change: Repository) -> None:
    """A change without the remote replica fails at the spec's line, in all three outputs."""
    ran = run(service, "Check", change)
    assert ran.code == 1, ran.output
    assert f"{SPEC}:{LINE}:" in ran.output
    results = json.loads(change.report("tricenter.sarif"))["runs"][0]["results"]
    found = [r["locations"][0]["physicalLocation"] for r in results if "suppressions" not in r]
    assert (SPEC, LINE) in {
        (place["artifactLocation"]["uri"], place["region"]["startLine"]) for place in found
    }
    assert int(ET.fromstring(change.report("tricenter.xml")).get("failures", "0")) > 0


def test_check_passes_the_example(service: Service, tmp_path: Path) -> None:
    """Nothing is refused that is as it was."""
    here = Repository.make(tmp_path / "repo", {SPEC: EXAMPLE}, {SPEC: EXAMPLE})
    ran = run(service, "Check", here)
    assert ran.code == 0, ran.output
    assert ET.fromstring(here.report("tricenter.xml")).get("failures") == "0"


def test_check_refuses_a_topology_that_nobody_listed(tmp_path: Path) -> None:
    """A new spec beside the others is judged or refused, never passed over."""
    here = Repository.make(
        tmp_path / "repo", {SPEC: EXAMPLE}, {SPEC: EXAMPLE, OTHER: RENAMED, "stacks/x.yaml": "a: 1"}
    )
    ran = run("github", "Check", here)
    assert ran.code == 1
    assert f"{OTHER} is a topology that SPECS" in ran.output
    assert "stacks/x.yaml" not in ran.output
    assert run("github", "Check", here, SPEC, OTHER).code == 0


def test_check_of_a_broken_spec_still_has_reports(tmp_path: Path) -> None:
    """What is no topology at all is refused, and the reports say why."""
    broken = EXAMPLE.replace("quorum", "quroum", 1)
    here = Repository.make(tmp_path / "repo", {SPEC: EXAMPLE}, {SPEC: broken})
    ran = run("github", "Check", here)
    assert ran.code == 1
    assert "quroum" in ran.output
    assert "quroum" in change_text(here)


def change_text(repository: Repository) -> str:
    """Both reports in one text."""
    return repository.report("tricenter.sarif") + repository.report("tricenter.xml")


def test_diff_writes_the_comment(service: Service, change: Repository) -> None:
    """The comment has its mark, the spec and what is lost; the step itself is red."""
    ran = run(service, "Diff", change)
    assert ran.code == 1, ran.output
    comment = change.report("comment.md")
    assert comment.startswith("<!-- tricenter:topology -->\n")
    assert SPEC in comment
    assert "ledger-a" in comment and "tianfu" in comment
    if service == "github":
        assert (change.root.parent / "summary.md").read_text() == comment


def test_a_loss_that_is_answered_for_passes(service: Service, tmp_path: Path) -> None:
    """By a line in the spec, since a pipeline has no option; without it the step is red."""
    shrunk = EXAMPLE.replace("monthly: 12", "monthly: 11")
    line = (
        "\nmay_destroy:\n  - {loss: shrink backup nightly, reason: as the auditors agreed, "
        "owner: treasury, expires: 2031-12-31}\n"
    )
    red = Repository.make(tmp_path / "red", {SPEC: EXAMPLE}, {SPEC: shrunk})
    assert run(service, "Check", red).code == 0
    assert run(service, "Diff", red).code == 1
    green = Repository.make(tmp_path / "green", {SPEC: EXAMPLE}, {SPEC: shrunk + line})
    ran = run(service, "Diff", green)
    assert ran.code == 0, ran.output
    assert "let through by treasury" in green.report("comment.md")


def test_diff_without_a_change_says_so(tmp_path: Path) -> None:
    """A change of something else gives a comment of one sentence."""
    here = Repository.make(tmp_path / "repo", {SPEC: EXAMPLE}, {SPEC: EXAMPLE, "a.txt": "a"})
    assert run("github", "Diff", here).code == 0
    assert "touches no topology" in here.report("comment.md")


def test_diff_tells_what_is_new_and_what_is_gone(tmp_path: Path) -> None:
    """A spec without a counterpart is no reason to be silent, and one that goes no green one."""
    small = (ROOT / "stacks/ledger-aws.yaml").read_text()
    here = Repository.make(tmp_path / "repo", {SPEC: EXAMPLE}, {OTHER: small})
    ran = run("github", "Diff", here, SPEC, OTHER)
    assert ran.code == 1, ran.output
    comment = here.report("comment.md")
    gone, new = comment.split(f"<!-- tricenter diff {OTHER} -->")
    assert "database ledger-a" in gone and "changes destroy data" in gone
    assert "There was no spec before" in new
    assert run("github", "Check", here, SPEC, OTHER).code == 1


def test_diff_looks_at_what_left_the_list(tmp_path: Path) -> None:
    """A file that goes together with its name in SPECS is not forgotten."""
    here = Repository.make(tmp_path / "repo", {SPEC: EXAMPLE, OTHER: RENAMED}, {OTHER: RENAMED})
    ran = run("github", "Diff", here, OTHER)
    assert ran.code == 1, ran.output
    assert "database ledger-a" in here.report("comment.md")


@pytest.mark.parametrize("listed", [(OTHER,), (SPEC, OTHER)])
def test_a_renamed_file_is_compared_with_what_it_was(
    listed: tuple[str, ...], tmp_path: Path
) -> None:
    """Its data stays; under another name of the topology it does not."""
    moved = Repository.make(tmp_path / "moved", {SPEC: EXAMPLE}, {OTHER: EXAMPLE})
    ran = run("github", "Diff", moved, *listed)
    assert ran.code == 0, ran.output
    assert "nothing changes" in moved.report("comment.md")
    renamed = Repository.make(tmp_path / "renamed", {SPEC: EXAMPLE}, {OTHER: RENAMED})
    assert run("github", "Diff", renamed, *listed).code == 1
    assert "topology ledger" in renamed.report("comment.md")


def test_diff_stops_where_the_base_is_missing(change: Repository) -> None:
    """A checkout that lacks the target branch's commit never passes everything off as new."""
    script, given = step("gitlab", "Diff")
    ran = change.run(script, **{**given, "BASE": "0" * 40})
    assert ran.code != 0


@pytest.mark.cloud
@pytest.mark.parametrize(
    ("text", "refused"), [(CHANGED, True), (EXAMPLE, False)], ids=["refused", "passed"]
)
def test_preview_with_the_pack(text: str, refused: bool, tmp_path: Path) -> None:
    """The engine's preview with the pack refuses the same change at the same line; no secret."""
    here = Repository.make(tmp_path / "repo", {SPEC: EXAMPLE}, {SPEC: text})
    before = set((ROOT / "stacks").iterdir())
    ran = run("github", "Preview", here)
    assert (ran.code != 0) == refused, ran.output
    told = here.report("preview-ledger.txt")
    if refused:
        assert f"{SPEC}:{LINE}:" in told
    left = {path.name for path in set((ROOT / "stacks").iterdir()) - before}
    assert not [name for name in left if "ledger" in name]


def test_both_services_preview_alike() -> None:
    """What was run for one is the script of the other, letter by letter."""
    assert step("github", "Preview")[0].strip() == step("gitlab", "Preview")[0].strip()
