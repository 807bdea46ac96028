"""The nightly steps: waivers that run out, drift, the reaper, and how GitLab's get their clouds."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from tests.ci_steps import ROOT, SPEC, Ran, Repository, github_steps, literal, workflow
from tricenter.cli.ci.pipelines import FILES, Choices, render

PULL, NIGHTLY = FILES["github"]
(MERGE,) = FILES["gitlab"]
WAIVED = "stacks/ledger-aws.yaml"
STACK = f"drift-{os.getpid()}"
RECORDER = '#!/bin/sh\necho "$(basename "$0") $*" >> "$HOME/calls"\n'


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with the example."""
    text = (ROOT / SPEC).read_text()
    return Repository.make(tmp_path / "repo", {SPEC: text}, {SPEC: text})


@pytest.fixture
def recorded(repository: Repository) -> Repository:
    """The same with a home of its own, where `pulumi` and `tricenter` only note their arguments."""
    (repository.root / ".tricenter").unlink()
    (repository.root / ".tricenter/stacks").mkdir(parents=True)
    programs = repository.root.parent / "programs"
    programs.mkdir()
    for name in ("pulumi", "tricenter"):
        (programs / name).write_text(RECORDER)
        (programs / name).chmod(0o755)
    repository.environment["PATH"] = f"{programs}:/usr/bin:/bin"
    return repository


def nightly(job: str, choices: Choices | None = None) -> str:
    """The script of a nightly job; in a checkout of tricenter itself with `choices`."""
    if choices is None:
        found = workflow(NIGHTLY)
    else:
        found = yaml.safe_load(render("github", choices)[NIGHTLY])
    return list(github_steps(found["jobs"][job]).values())[-1]


OURS = Choices(specs=(SPEC,))
"""A checkout of tricenter itself."""
SUITES = {
    "github": yaml.safe_load(render("github", OURS)[NIGHTLY])["jobs"]["suite"],
    "gitlab": yaml.safe_load(render("gitlab", OURS)[MERGE])["topology-suite"],
}


def calls(repository: Repository) -> list[str]:
    """What the recorders were called with."""
    return (repository.root.parent / "calls").read_text().splitlines()


def expiring(folder: Path, days: int) -> Ran:
    """The step on the reference with waivers that end in so many days."""
    end = (datetime.now(tz=UTC) + timedelta(days=days)).date().isoformat()
    text = (ROOT / WAIVED).read_text()
    assert "2031-12-31" in text
    here = Repository.make(folder, {}, {WAIVED: text.replace("2031-12-31", end)})
    return here.run(nightly("waivers"), SPECS=WAIVED)


def test_a_waiver_that_runs_out_fails_the_night(tmp_path: Path) -> None:
    """Ten days before its end it is told with the line, a year before it is not."""
    ran = expiring(tmp_path / "soon", 10)
    assert ran.code == 1, ran.output
    assert f"{WAIVED}:" in ran.output
    assert expiring(tmp_path / "later", 365).code == 0


def test_what_is_skipped_is_said(repository: Repository) -> None:
    """A notice for drift and one for the reaper, none for what is there."""
    script = nightly("skipped")
    assert repository.run(script, STACKS="", CLOUDS="").output.count("::notice") == 2
    assert repository.run(script, STACKS="aws", CLOUDS="arn").output == ""


@pytest.fixture
def settings() -> Iterator[Path]:
    """Settings of a stack that no other test has, in the project's own folder."""
    path = ROOT / "stacks" / f"Pulumi.{STACK}.yaml"
    path.write_text(f"config:\n  tricenter:spec: {SPEC}\n  tricenter:target: lab\n")
    yield path
    path.unlink(missing_ok=True)


@pytest.mark.cloud
def test_drift_is_found_by_the_engine(repository: Repository, settings: Path) -> None:
    """What is not as the spec says fails: here nothing is deployed at all. A checkout of ours."""
    backend = repository.root.parent / "backend"
    backend.mkdir()
    given = {"PULUMI_BACKEND_URL": f"file://{backend}", "PULUMI_CONFIG_PASSPHRASE": "drift"}
    here = Repository(ROOT, repository.environment | given, scratch=repository.root.parent)
    assert here.run(f"pulumi stack init {STACK} --no-select").code == 0
    ran = here.run(nightly("drift", OURS), STACKS=STACK)
    assert ran.code == 1
    assert "no changes were expected" in ran.output


def test_drift_looks_at_each_stack_with_its_own_settings(recorded: Repository) -> None:
    """Beside tricenter: settings and specs go where the program looks for them, then each stack."""
    for name in ("one", "two"):
        (recorded.root / f"stacks/Pulumi.{name}.yaml").write_text(name)
    ran = recorded.run(nightly("drift"), STACKS="one two", SPECS=SPEC)
    assert ran.code == 0, ran.output
    home = recorded.root / ".tricenter"
    assert (home / "stacks/Pulumi.two.yaml").read_text() == "two"
    assert (home / SPEC).read_text() == (ROOT / SPEC).read_text()
    rest = "--refresh --expect-no-changes --non-interactive"
    assert calls(recorded) == [
        "tricenter env",
        *(f"pulumi preview --cwd .tricenter --stack {name} {rest}" for name in ("one", "two")),
    ]
    assert recorded.run(nightly("drift"), STACKS="three", SPECS=SPEC).code != 0


def test_our_own_tests_run_in_our_own_checkout() -> None:
    """For 90 minutes at most, in the night; in a repository of one's own there are none."""
    assert "suite" not in workflow(NIGHTLY)["jobs"]
    assert "topology-suite" not in workflow(MERGE, service="gitlab")
    assert SUITES["github"]["timeout-minutes"] == 90
    assert SUITES["gitlab"]["timeout"] == "90 minutes"
    assert SUITES["gitlab"]["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "schedule"'}]
    assert re.search("^test-all:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_our_own_tests_get_no_secret() -> None:
    """A token that reads, which is not left in the checkout; no cloud, and no variable at all."""
    assert SUITES["github"]["permissions"] == {"contents": "read"}
    assert SUITES["github"]["steps"][0]["with"] == {"persist-credentials": False}
    assert "${{" not in json.dumps(SUITES["github"])
    assert not SUITES["gitlab"].keys() & {"extends", "id_tokens", "secrets", "variables"}


@pytest.mark.parametrize("service", SUITES)
def test_the_night_fails_with_our_own_tests(service: str, recorded: Repository) -> None:
    """What is run is `make test-all`, and how it ends is how the job ends; both run the same."""
    github = github_steps(SUITES["github"])["All tests"]
    script = github if service == "github" else SUITES["gitlab"]["script"][-1]
    assert script.strip() == github.strip()
    program = recorded.root.parent / "programs" / "make"
    program.write_text(f"{RECORDER}exit 2\n")
    program.chmod(0o755)
    assert recorded.run(script).code == 2
    assert calls(recorded) == ["make test-all"]
    program.write_text(RECORDER)
    assert recorded.run(script).code == 0


def test_the_reaper_finds_nothing_where_nothing_is(repository: Repository) -> None:
    """The real command, without clouds and with a state of its own."""
    backend = repository.root.parent / "backend"
    backend.mkdir()
    given = {"PULUMI_BACKEND_URL": f"file://{backend}", "PULUMI_CONFIG_PASSPHRASE": "reap"}
    shutil.copy(ROOT / "Pulumi.yaml", repository.root)
    ran = repository.run(nightly("reaper", OURS), **given)
    assert ran.code == 0, ran.output
    assert "nothing has expired" in ran.output


def test_the_reaper_looks_at_the_clouds_that_there_are(recorded: Repository) -> None:
    """Each cloud that has credentials, and no other; and the repository's settings of stacks."""
    (recorded.root / "stacks/Pulumi.one.yaml").write_text("one")
    recorded.run(nightly("reaper"), AWS_ROLE="arn", GCP_PROVIDER="")
    recorded.run(nightly("reaper"), AWS_ROLE="arn", GCP_PROVIDER="projects/1")
    assert calls(recorded) == [
        "tricenter reap --target aws",
        "tricenter reap --target aws --target gcp",
    ]
    assert (recorded.root / ".tricenter/stacks/Pulumi.one.yaml").read_text() == "one"


def test_gitlab_gives_each_cloud_its_token(repository: Repository) -> None:
    """Tokens go into files outside of the checkout, and are never printed."""
    job = workflow(MERGE, service="gitlab")["topology-drift"]
    builds = repository.root.parent
    given = {
        "CI_BUILDS_DIR": str(builds),
        "CI_JOB_ID": "5",
        "AWS_ID_TOKEN": "aws-token",
        "GCP_ID_TOKEN": "gcp-token",
        "TRICENTER_AWS_ROLE": "arn:aws:iam::1:role/r",
        "TRICENTER_AWS_REGION": "eu-central-1",
        "TRICENTER_GCP_PROVIDER": "projects/1/providers/p",
        "TRICENTER_GCP_ACCOUNT": "s@p.iam.gserviceaccount.com",
    }
    ran = repository.run(
        job["script"][0] + "\nenv | grep -E '^(AWS_ROLE_ARN|GOOGLE|AWS_WEB)' | sort", **given
    )
    assert ran.code == 0, ran.output
    assert ran.output.splitlines() == [
        "AWS_ROLE_ARN=arn:aws:iam::1:role/r",
        f"AWS_WEB_IDENTITY_TOKEN_FILE={builds}/aws.jwt",
        f"GOOGLE_APPLICATION_CREDENTIALS={builds}/gcp.json",
    ]
    assert (builds / "aws.jwt").read_text() == "aws-token"
    credentials = json.loads((builds / "gcp.json").read_text())
    assert credentials["credential_source"] == {"file": f"{builds}/gcp.jwt"}
    assert credentials["audience"].endswith("/projects/1/providers/p")
    nothing = repository.run(job["script"][0] + "\nenv | grep -cE '^(AWS|GOOGLE)' || true")
    assert nothing.output.strip() == "0"
    assert literal(job["variables"])["STACKS"] == "$TRICENTER_STACKS"
