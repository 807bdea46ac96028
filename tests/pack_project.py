"""Programs that are judged by the pack through the real engine, and what it says of them."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.package.project import ROOT, Project
from tricenter.policies.pack.events import Spoken, read_policy_event

PACK = ROOT / "policies"
FOREIGN = ROOT / "tests" / "foreign"
STREAM = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}


def judged(project: Project, verb: str = "preview", *flags: str) -> tuple[int, tuple[Spoken, ...]]:
    """The exit code of a run with the pack, and what the pack said."""
    project.environment |= STREAM
    done = project.pulumi(verb, "--json", "--stack", "dev", "--policy-pack", str(PACK), *flags)
    said: list[Spoken] = []
    for line in done.stdout.splitlines():
        try:
            data: Any = json.loads(line)
        except ValueError:
            continue
        if "policyEvent" in data:
            said.append(read_policy_event(data["policyEvent"]))
    assert said or done.returncode == 0, done.stdout[-2000:] + done.stderr
    return done.returncode, tuple(said)


def config_file(folder: Path, config: Mapping[str, Any]) -> tuple[str, str]:
    """The flag for a configuration of the pack, written into a file."""
    written = folder / "pack.json"
    written.write_text(json.dumps(config), encoding="utf-8")
    return "--policy-pack-config", str(written)


def foreign(name: str, folder: Path, environment: Mapping[str, str] = os.environ) -> Project:
    """A foreign program in a folder of its own."""
    program = yaml.safe_load((FOREIGN / name / "Pulumi.yaml").read_text(encoding="utf-8"))
    program["runtime"]["options"]["virtualenv"] = str(ROOT / ".venv")
    main = (FOREIGN / name / "__main__.py").read_text(encoding="utf-8")
    files = {"Pulumi.yaml": yaml.safe_dump(program), "__main__.py": main}
    return Project(folder, files, environment)


def expected(file: Path) -> list[str]:
    """The lines of a file of expectations: `verdict rule resource`."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return sorted(line for line in lines if line and not line.startswith("#"))


@contextmanager
def emulated_aws(state: Path) -> Generator[dict[str, str]]:
    """The environment of an emulated AWS of its own, as `tricenter offline env aws` says it."""
    tricenter = str(Path(sys.executable).parent / "tricenter")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "PULUMI_"))}
    environment = {**kept, "XDG_STATE_HOME": str(state)}
    try:
        printed = subprocess.run(
            [tricenter, "offline", "env", "aws"],
            env=environment, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        for line in printed.splitlines():
            if line.startswith("export "):
                name, _, value = line.removeprefix("export ").partition("=")
                environment[name] = shlex.split(value)[0] if value else ""
        yield environment
    finally:
        subprocess.run([tricenter, "offline", "stop"], env=environment, capture_output=True)
        shutil.rmtree(state, ignore_errors=True)
