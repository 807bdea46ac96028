"""A pipeline's own scripts, run with bash in a scratch repository as a runner would run them."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tricenter.cli.ci.pipelines import Choices, Service, Source, render

ROOT = Path(__file__).resolve().parent.parent
SOURCE = Source(url="https://github.com/acme/tricenter.git", commit="1" * 40, version="0.1.0")
SPEC = "stacks/ledger.yaml"
REMOTE = ", tianfu: {voter: true}}"
"""What a change takes from `ledger-a` to leave it without its remote replica."""
PROVIDED = ("Set up tricenter", "Provider plugins")
"""Steps that bring what is here already."""
LONGEST_S = 280


def choices(*specs: str) -> Choices:
    """A repository with specs of its own, tricenter beside them."""
    return Choices(specs=specs or (SPEC,), source=SOURCE)


def workflow(path: str, *specs: str, service: Service = "github") -> dict[str, Any]:
    """A rendered file, parsed. YAML 1.1 reads GitHub's `on` as true; nothing here needs it."""
    return yaml.safe_load(render(service, choices(*specs))[path])


@dataclass(frozen=True)
class Ran:
    """How a step ended."""

    code: int
    output: str


@dataclass
class Repository:
    """A git repository with two commits: `HEAD^1` is the target branch, `HEAD` the change."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict[str, str])
    scratch: Path | None = None
    """Where scripts are written; by default beside the repository."""

    @classmethod
    def make(cls, root: Path, before: Mapping[str, str], after: Mapping[str, str]) -> "Repository":
        """Two commits with these texts by path; a path that is only in `before` is taken away."""
        root.mkdir()
        here = cls(root)
        here.environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}",
            "HOME": str(root.parent),
            "XDG_STATE_HOME": str(root.parent / "state"),
            "TRICENTER_LAB_HOME": str(root.parent / "lab"),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(root),
            "GITHUB_REPOSITORY": "acme/payments",
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_STEP_SUMMARY": str(root.parent / "summary.md"),
            "CI_PROJECT_DIR": str(root),
        }
        here.git("init", "--quiet", "--initial-branch=main")
        (root / ".git/info/exclude").write_text(".tricenter\nreports/\n")
        (root / ".tricenter").symlink_to(ROOT)
        here.commit(before)
        for path in before.keys() - after.keys():
            (root / path).unlink()
        here.commit(after)
        return here

    def git(self, *arguments: str) -> str:
        """What git prints."""
        name = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
        done = subprocess.run(
            ["git", *name, *arguments], cwd=self.root, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, files: Mapping[str, str]) -> None:
        """One commit with these files."""
        for path, text in files.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")

    def run(self, script: str, **environment: str) -> Ran:
        """A script as GitHub's `shell: bash` runs it; GitLab's runner sets the same options."""
        file = (self.scratch or self.root.parent) / "step.sh"
        file.write_text(script)
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(file)],
            cwd=self.root,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LONGEST_S,
        )
        return Ran(done.returncode, done.stdout)

    def report(self, name: str) -> str:
        """A file that the steps left in reports/."""
        return (self.root / "reports" / name).read_text()


def github_steps(job: Mapping[str, Any]) -> dict[str, str]:
    """The scripts of a job by their names, without those that only bring what is here already."""
    found = {step["name"]: step["run"] for step in job["steps"] if "run" in step}
    return {name: text for name, text in found.items() if name not in PROVIDED}


def literal(values: Mapping[str, Any] | None) -> dict[str, str]:
    """Variables of a step or workflow that need no runner to fill them in."""
    return {k: str(v) for k, v in (values or {}).items() if "${{" not in str(v)}


def without_remote(text: str) -> str:
    """The example without the remote replica of `ledger-a`."""
    assert text.count(REMOTE) == 2
    return text.replace(REMOTE, "}", 1)
