"""What `tricenter init --ci` writes: valid, pinned, with the least rights, never over a file."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ci_steps import ROOT, SOURCE
from tests.conftest import Golden
from tricenter.cli.app import run
from tricenter.cli.ci.pins import ACTIONS
from tricenter.cli.ci.pipelines import FILES, Choices, render, render_template
from tricenter.cli.ci.repository import PipelineError, find_source

OWN, BESIDE = Choices(specs=("stacks/ledger.yaml",)), Choices(specs=("a.yaml",), source=SOURCE)
WORKFLOWS = [
    pytest.param(text, id=f"{name}:{Path(path).stem}")
    for name, choices in (("own", OWN), ("beside", BESIDE))
    for path, text in render("github", choices).items()
]
PIPELINES = [
    pytest.param(render("gitlab", choices)[path], id=name)
    for name, choices in (("own", OWN), ("beside", BESIDE))
    for path in FILES["gitlab"]
]
PATH = os.environ.get("PATH", os.defpath)
WRITES = {
    "comment": {"pull-requests": "write"},
    "sarif": {"actions": "read", "contents": "read", "security-events": "write"},
    "drift": {"contents": "read", "id-token": "write"},
    "reaper": {"contents": "read", "id-token": "write"},
    "skipped": {},
}
"""The rights of each job that has more, or less, than reading the repository."""


def steps(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each step of a workflow with its job's name."""
    for name, job in yaml.safe_load(text)["jobs"].items():
        yield from ((name, step) for step in job["steps"])


def conforms(schema: str, text: str, folder: Path, *options: str) -> str:
    """What check-jsonschema has against a text; empty if nothing."""
    program = shutil.which("check-jsonschema", path=f"{Path(sys.executable).parent}:{PATH}")
    if program is None:
        pytest.skip("skipped: no check-jsonschema")
    file = folder / "pipeline.yml"
    file.write_text(text)
    command = [program, "--builtin-schema", schema, *options, str(file)]
    done = subprocess.run(command, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("text", WORKFLOWS)
def test_workflows_conform_to_their_schema(text: str, tmp_path: Path) -> None:
    """GitHub's schema takes them, and every job has a time limit."""
    assert not conforms("vendor.github-workflows", text, tmp_path)
    assert not conforms("github-workflows-require-timeout", text, tmp_path)


@pytest.mark.parametrize("text", PIPELINES)
def test_pipelines_conform_to_their_schema(text: str, tmp_path: Path) -> None:
    """GitLab's schema takes them."""
    assert not conforms("vendor.gitlab-ci", text, tmp_path, "--data-transform", "gitlab-ci")


def test_schemas_refuse_what_is_wrong(tmp_path: Path) -> None:
    """A misspelled key is found: the tests above can fail."""
    wrong = WORKFLOWS[0].values[0].replace("runs-on:", "run-on:")
    assert conforms("vendor.github-workflows", str(wrong), tmp_path)
    wrong = PIPELINES[0].values[0].replace("  script:", "  scripts:")
    assert conforms("vendor.gitlab-ci", str(wrong), tmp_path, "--data-transform", "gitlab-ci")


@pytest.mark.parametrize("text", WORKFLOWS)
def test_actions_are_pinned_by_commit(text: str) -> None:
    """Each `uses` is one of our pins, with its version beside it; the clone of tricenter too."""
    used = re.findall(r"uses: (.*)", text)
    assert used
    assert set(used) <= {str(action) for action in ACTIONS.values()}
    assert all(re.fullmatch(r"\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use) for use in used)
    for ref in re.findall(r"ref: (.*)", text):
        assert ref == f"{SOURCE.commit} # {SOURCE.version}"


@pytest.mark.parametrize("text", WORKFLOWS)
def test_jobs_have_the_least_rights(text: str) -> None:
    """Nothing by default, reading by job, writing in the one job that writes."""
    read = yaml.safe_load(text)
    assert read["permissions"] == {}
    for name, job in read["jobs"].items():
        assert job["permissions"] == WRITES.get(name, {"contents": "read"})
    for _, step in steps(text):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("text", WORKFLOWS)
def test_nothing_of_an_event_gets_into_a_script(text: str) -> None:
    """Scripts have no expression at all: what the event says comes as a variable."""
    for _, step in steps(text):
        assert "${{" not in step.get("run", "")


def test_a_pull_request_gets_no_secret() -> None:
    """Its workflow knows no secret, no target event, and only the comment's job has a token."""
    text = render("github", BESIDE)[next(iter(FILES["github"]))]
    assert "secrets." not in text
    assert "pull_request_target" not in text and "workflow_run" not in text
    assert [job for job, step in steps(text) if "github.token" in str(step)] == ["comment"]
    comment = [step for job, step in steps(text) if job == "comment"]
    assert not [step for step in comment if "checkout" in step.get("uses", "")]


def test_jobs_that_write_are_closed_to_forks() -> None:
    """Comment and upload compare the change's repository with this one."""
    jobs = yaml.safe_load(render("github", BESIDE)[next(iter(FILES["github"]))])["jobs"]
    same = "github.event.pull_request.head.repo.full_name == github.repository"
    assert [name for name, job in jobs.items() if same in job.get("if", "")] == ["comment", "sarif"]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository with one topology, as the working directory."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks/pay.yaml").write_text((ROOT / "stacks/ledger.yaml").read_text())
    (tmp_path / "stacks/Pulumi.dev.yaml").write_text("config: {}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


FROM = ("--source", f"{SOURCE.url}@{SOURCE.commit}")


@pytest.mark.parametrize("service", ["github", "gitlab"])
def test_init_writes_and_never_overwrites(
    service: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It finds the specs, says what it wrote and what comes next, and is not run twice."""
    assert run(["init", "--ci", service, *FROM]) == 0
    told = capsys.readouterr().out
    for path in FILES[service]:  # pyright: ignore[reportArgumentType]
        assert f"wrote {path}" in told
        assert "SPECS: stacks/pay.yaml\n" in (repository / path).read_text()
    assert "next: " in told
    before = {path: path.read_bytes() for path in repository.rglob("*.yml")}
    assert run(["init", "--ci", service, "--branch", "trunk", *FROM]) == 2
    assert "--force" in capsys.readouterr().err
    assert before == {path: path.read_bytes() for path in repository.rglob("*.yml")}
    assert run(["init", "--ci", service, "--force", "--branch", "trunk", *FROM]) == 0


def test_init_leaves_a_pipeline_of_the_users_alone(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where there is a .gitlab-ci.yml it is not touched, and the line for it is told."""
    (repository / ".gitlab-ci.yml").write_text("mine: {script: [a]}\n")
    assert run(["init", "--ci", "gitlab", *FROM]) == 0
    assert (repository / ".gitlab-ci.yml").read_text() == "mine: {script: [a]}\n"
    assert "- local: .gitlab/topology.yml" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--spec", "../pay.yaml"], "below the repository's root"),
        (["--spec", "stacks/a b.yaml"], "letters, digits"),
        (["--spec", "stacks/none.yaml"], "no file with apiVersion"),
        (["--branch", "main]"], "not the plain name of a branch"),
        (["--source", "/srv/tricenter"], "is not known (/srv/tricenter)"),
        (["--source", "https://example.com/acme/t.git; id"], "is not known"),
    ],
    ids=["outside", "space", "absent", "branch", "path", "shell"],
)
def test_init_wrong_use(
    arguments: list[str], reason: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What could not stand in a pipeline is refused, and nothing is written."""
    assert run(["init", "--ci", "github", *FROM, *arguments]) == 2
    assert reason in capsys.readouterr().err
    assert not (repository / ".github").exists()


def test_init_outside_of_a_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pipelines stand at a repository's root, and nowhere else."""
    monkeypatch.chdir(tmp_path)
    assert run(["init", "--ci", "github", *FROM]) == 2
    assert "where .git is" in capsys.readouterr().err


def test_a_source_has_no_password_and_a_commit(tmp_path: Path) -> None:
    """What stands in a remote's URL before the host is left out; without a commit it is refused."""
    commit = "2" * 40
    for url in ("https://me:pass@example.com/acme/t.git", "git@example.com:acme/t.git"):
        found = find_source(f"{url}@{commit}", tmp_path, "0.1.0")
        assert (found.url, found.commit) == ("https://example.com/acme/t.git", commit)
        assert found.github == "acme/t"
    with pytest.raises(PipelineError, match="which commit"):
        find_source("https://example.com/acme/t.git", tmp_path, "0.1.0")


@pytest.mark.parametrize(
    "given", [("--spec", "x.yaml"), ("--source", "https://h/a/b"), ("--branch", "trunk")]
)
def test_what_is_for_pipelines_needs_them(
    given: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without --ci nothing is written, and the option is named."""
    monkeypatch.chdir(tmp_path)
    assert run(["init", *given]) == 2
    said = capsys.readouterr().err
    assert given[0] in said and "--ci github" in said
    assert not list(tmp_path.iterdir())


def test_the_page_shows_what_is_written(golden: Golden) -> None:
    """docs/ci.md is rendered from the same templates."""
    golden(ROOT / "docs/ci.md", render_template("ci.md.j2", OWN))


def test_the_hook_takes_specs_and_nothing_else(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """pre-commit hands topologies to the hook's command, which refuses what the rules refuse."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    taken = ["stacks/pay.yaml", "infra/stacks/a/b.yml", "topology.yaml"]
    left = ["stacks/Pulumi.dev.yaml", "stacks/pay.yaml.j2", "docs/pay.yaml", "mystacks/pay.yaml"]
    left += ["a/topology.yaml", "my-topology.yaml", "topology.yaml.j2", ".gitlab/topology.yml"]
    found = [
        path
        for path in (*taken, *left)
        if re.search(hook["files"], path) and not re.search(hook["exclude"], path)
    ]
    assert found == taken
    assert hook["entry"] == "tricenter check"
    command = hook["entry"].split()[1:]
    assert run([*command, "stacks/pay.yaml"]) == 0
    spec = repository / "stacks/pay.yaml"
    spec.write_text(spec.read_text().replace(", tianfu: {voter: true}}", "}", 1))
    assert run([*command, "stacks/pay.yaml"]) == 1
    assert "replica-per-site" in capsys.readouterr().out
