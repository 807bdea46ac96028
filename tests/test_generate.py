"""A generated project deploys what the direct deployment does: the same graph, by its own code."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.recorded import Recordings
from tricenter.generate.expressions import CannotGenerate, literal
from tricenter.generate.graph import HIDDEN, Graph, reference
from tricenter.generate.modules import lay_out, needed
from tricenter.generate.project import (
    GenerateError,
    Wanted,
    record_deployment,
    record_program,
    write_project,
)
from tricenter.generate.record import SECRET, without_secrets

ROOT = Path(__file__).parent.parent
TARGETS = ("aws", "gcp", pytest.param("mixed", marks=pytest.mark.long))
RANDOM = "a-generated-password"


@pytest.fixture(autouse=True)
def _project(monkeypatch: pytest.MonkeyPatch) -> None:
    """Google's resources need a project's name; nothing is asked of it."""
    monkeypatch.setenv("GOOGLE_PROJECT", "somebodys-project")
    monkeypatch.delenv("TRICENTER_OFFLINE", raising=False)


def wanted(target: str, profile: str = "production") -> Wanted:
    """The reference spec of a target."""
    return Wanted(
        root=ROOT,
        spec=f"stacks/ledger-{target}.yaml",
        named=f"stacks/ledger-{target}.yaml",
        target=target,
        profile=profile,
        stack="prod",
    )


@dataclass(frozen=True)
class Generated:
    """A target's recorded deployment, and the project that was written of it."""

    target: str
    direct: Graph
    folder: Path


@pytest.fixture(scope="module", params=TARGETS)
def generated(
    request: pytest.FixtureRequest, recorded: Recordings, tmp_path_factory: pytest.TempPathFactory
) -> Generated:
    """The generated project of each target, written once."""
    target: str = request.param
    folder = tmp_path_factory.mktemp(f"generated-{target}")
    direct = recorded(target)
    for path, text in write_project(direct, wanted(target)).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return Generated(target, direct, folder)


def by_id(graph: Graph) -> Mapping[str, dict[str, Any]]:
    """The resources as plain data."""
    return {resource.id: asdict(resource) for resource in graph.resources}


def test_the_graph_is_that_of_the_direct_deployment(generated: Generated) -> None:
    """Types, names, inputs, parents, providers, order, protection: all of it, for each resource."""
    direct, project = generated.direct, generated.folder
    config = {f"tricenter:{key}": value for key, value in secrets_of(project).items()}
    own = record_program(project, "__main__.py", "prod", config)
    assert len(direct.resources) > 20
    assert by_id(own).keys() == by_id(direct).keys()
    for name, resource in by_id(direct).items():
        assert by_id(own)[name] == resource, name
    assert own.outputs == direct.outputs


def secrets_of(project: Path) -> dict[str, str]:
    """The keys that the project's README wants to have set, with values of the form it says."""
    lines = (project / "README.md").read_text().splitlines()
    told = "pulumi config set --secret "
    found: dict[str, str] = {}
    for line in lines:
        if line.startswith(told):
            key, _, shape = line.removeprefix(told).partition("   # a JSON object with ")
            names = shape.split(", ") if shape else []
            found[key] = json.dumps(dict.fromkeys(names, RANDOM)) if names else RANDOM
    return found


def test_the_project_is_formatted(generated: Generated) -> None:
    """Its own settings find nothing to change, and every file compiles."""
    for arguments in (("format", "--check"), ("check", "--select", "I,F")):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *arguments, "."],
            cwd=generated.folder,
            capture_output=True,
        )
        assert done.returncode == 0, done.stdout.decode()


def test_the_project_says_where_each_part_comes_from(generated: Generated) -> None:
    """A comment names the line of the spec, and that line is about the part."""
    file = f"stacks/ledger-{generated.target}.yaml"
    spec = (ROOT / file).read_text().splitlines()
    found = 0
    for line in (generated.folder / "databases.py").read_text().splitlines():
        if line.startswith(f"# {file}:") and line.endswith(": databases.ledger-b"):
            number = int(line.split(":")[1])
            assert spec[number - 2].strip().startswith("ledger-b") or "version" in spec[number - 1]
            found += 1
    assert found


def test_no_secret_is_in_the_project(generated: Generated) -> None:
    """What is secret is a key of the configuration, never a text."""
    files = [path for path in generated.folder.iterdir() if path.is_file()]
    assert files
    assert not any(HIDDEN in path.read_text() for path in files)


def test_a_secret_is_not_even_recorded() -> None:
    """Its value is left out; a reference as a whole stays, a text around one does not."""
    marked = reference("aws:x/y:Z::z", ("arn",))
    inputs = {
        "plain": {SECRET: "x", "value": RANDOM},
        "whole": {SECRET: "x", "value": marked},
        "around": [{SECRET: "x", "value": f"{RANDOM}@{marked}"}],
        "open": "seen",
    }
    found, names = without_secrets(inputs)
    assert RANDOM not in json.dumps(found)
    assert names == ("around", "plain", "whole")
    assert found == {"plain": HIDDEN, "whole": marked, "around": [HIDDEN], "open": "seen"}


def test_a_reference_that_was_cut_apart_is_refused() -> None:
    """Half a reference in the code would be a wrong value without a word."""
    with pytest.raises(CannotGenerate, match="cut apart"):
        literal("arn:" + reference("a::b", ("arn",))[4:], lambda *_: "x")


def test_a_program_that_refuses_is_said() -> None:
    """The recorded program's own words reach the user."""
    with pytest.raises(GenerateError, match="has no place on target gcp"):
        record_deployment(
            Wanted(
                root=ROOT,
                spec="stacks/ledger-aws.yaml",
                named="stacks/ledger-aws.yaml",
                target="gcp",
                profile="drill",
                stack="prod",
            )
        )


def test_modules_import_only_earlier_ones(generated: Generated) -> None:
    """No circle: each module names only resources of itself and of those before it."""
    layout = lay_out(generated.direct)
    seen: set[str] = set()
    for module, resources in layout.modules:
        seen.add(module)
        for resource in resources:
            others = {layout.module_of[o] for o in needed(resource) if o in layout.module_of}
            assert others <= seen, (module, resource.name)
