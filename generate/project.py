"""A generated project: every file of it, from a recorded graph and the spec it came from."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tricenter.generate.code import (
    SHARED_FACTS,
    export_lines,
    is_long,
    long_text_path,
    secret_keys,
    write_module,
)
from tricenter.generate.expressions import ASSETS
from tricenter.generate.graph import ARCHIVE, ASSET, FILE, Graph, Resource, read_graph
from tricenter.generate.modules import ROOT_TYPE, lay_out
from tricenter.topology.errors import Path as SpecPath
from tricenter.topology.errors import TricenterError, join_path
from tricenter.topology.quoting import FILTERS
from tricenter.topology.reader import parse

if TYPE_CHECKING:
    from jinja2 import Environment

LONGEST_RECORDING_S = 300.0
CLOUD_SQL = "gcp:sql/databaseInstance:DatabaseInstance"


class GenerateError(TricenterError):
    """A project cannot be generated; the text says why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to generate. `spec` is where the program finds it, `named` what the project's files call
    it, which are for other machines too; `stack` names the configuration.

    `project` is the Pulumi project of the direct deployment, whose state can be taken over.
    """

    root: Path
    spec: str
    named: str
    target: str
    profile: str
    stack: str
    project: str = "tricenter"


def record_deployment(wanted: Wanted) -> Graph:
    """The graph of the direct deployment of a spec; GenerateError when its program refuses."""
    config = {
        "tricenter:spec": wanted.spec,
        "tricenter:target": wanted.target,
        "tricenter:profile": wanted.profile,
    }
    return record_program(wanted.root, "deployment", wanted.stack, config)


def record_program(root: Path, program: str, stack: str, config: Mapping[str, str]) -> Graph:
    """The graph of a program in a folder, run in a process of its own."""
    request = {"root": str(root.resolve()), "program": program, "stack": stack, "config": config}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tricenter.generate.record"],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_RECORDING_S,
    )
    if done.returncode:
        raise GenerateError(f"the program could not be recorded: {done.stderr.strip()[-3000:]}")
    return read_graph(json.loads(done.stdout))


def write_project(graph: Graph, wanted: Wanted) -> dict[str, str]:
    """Every file of the project by its path, formatted."""
    layout = lay_out(graph)
    root = next(one for one in graph.resources if one.type == ROOT_TYPE)
    notes = dict(_notes(graph, root, wanted.named))
    secrets = secret_keys(graph, layout)
    packages = sorted({_package(one) for one in graph.resources if one.custom})
    counts = [(name, len(resources)) for name, resources in layout.modules if resources]
    values: dict[str, Any] = {
        "project": wanted.project,
        "topology": root.name,
        "target": wanted.target,
        "profile": wanted.profile,
        "stack": wanted.stack,
        "spec": wanted.named,
        "digest": root.inputs["digest"],
        "modules": sorted(name for name, _ in counts),
        "counts": counts,
        "exports": list(export_lines(graph, layout)),
        "secrets": secrets,
        "replicas": list(_disaster_replicas(graph)),
        "packages": packages,
        "resources": len(graph.resources),
        "requirements": [f"{name}=={version(name)}" for name in _requirements(packages)],
    }
    files = {
        f"{name}.py": write_module(name, resources, graph, layout, notes)
        for name, resources in layout.modules
        if resources
    }
    files |= {
        path: _fill(template, values)
        for path, template in (
            ("__main__.py", "main.py.j2"),
            ("parts.py", "parts.py.j2"),
            ("Pulumi.yaml", "Pulumi.yaml.j2"),
            (f"Pulumi.{wanted.stack}.yaml", "stack.yaml.j2"),
            ("pyproject.toml", "pyproject.toml.j2"),
            ("requirements.txt", "requirements.txt.j2"),
            ("README.md", "README.md.j2"),
        )
    }
    files[SHARED_FACTS] = json.dumps(root.inputs, indent=1, ensure_ascii=False) + "\n"
    files |= _assets([one.inputs for one in graph.resources])
    files |= {
        long_text_path(one, argument, layout): value
        for one in graph.resources
        for argument, value in one.inputs.items()
        if one.custom and is_long(value)
    }
    files[".gitignore"] = ".venv/\n__pycache__/\n"
    own = sorted(name.removesuffix(".py") for name in files if name.endswith(".py"))
    return {path: _formatted(path, text, own) for path, text in sorted(files.items())}


def _disaster_replicas(graph: Graph) -> Iterator[tuple[str, str]]:
    """Of each Cloud SQL replica, its leader and how the leader names it for disasters."""
    for one in graph.resources:
        leader = one.inputs.get("masterInstanceName")
        if one.type == CLOUD_SQL and leader:
            project = one.inputs.get("project", "PROJECT")
            yield str(leader), f"{project}:{one.inputs['name']}"


def _assets(value: Any) -> dict[str, str]:
    """The files that resources carry, by their path in the project.

    GenerateError when two of one name differ.
    """
    inner: list[Any] = []
    found: dict[str, str] = {}
    if isinstance(value, Mapping):
        known = cast(Mapping[str, Any], value)
        if FILE in known:
            return {f"{ASSETS}/{known[FILE]}": known[ASSET]}
        inner = list(known.values())
        members: Mapping[str, Any] = known.get(ARCHIVE, {})
        texts = {name: one for name, one in members.items() if ASSET in one and FILE not in one}
        found = {f"{ASSETS}/{name}": one[ASSET] for name, one in texts.items()}
    elif isinstance(value, list):
        inner = cast(list[Any], value)
    for one in inner:
        for path, text in _assets(one).items():
            if found.setdefault(path, text) != text:
                raise GenerateError(f"two resources carry different files of the name {path}")
    return found


def _notes(graph: Graph, root: Resource, spec: str) -> Iterator[tuple[str, str]]:
    """For each component, the place in the spec that it comes from."""
    read = parse(root.inputs["source"], spec)
    for resource in graph.resources:
        path = _spec_path(resource)
        if path is not None and read.existing(path) == path:
            line = read.value_position(path).line
            yield resource.id, f"{spec}:{line}: {join_path(path) or 'the topology'}"


def _spec_path(resource: Resource) -> SpecPath | None:
    facts = resource.inputs
    match resource.type.rpartition(":")[2] if not resource.custom else "":
        case "Topology":
            return ()
        case "SiteNetwork":
            return "sites" if facts["kind"] == "site" else "witnesses", facts["site"]
        case "ReplicatedDatabase":
            return "databases", facts["database"]
        case "DatabaseMember":
            return "databases", facts["database"], "replicas"
        case "GeoDns":
            return ("dns",)
        case "SnapshotLifecycle":
            return ("backups",)
        case "FailoverAutomation":
            return ("failover",)
        case _:
            return None


def _package(resource: Resource) -> str:
    providers = "pulumi:providers:"
    if resource.type.startswith(providers):
        return resource.type.removeprefix(providers)
    return resource.type.partition(":")[0]


def _requirements(packages: list[str]) -> list[str]:
    return ["pulumi", *(f"pulumi-{package}" for package in packages)]


@lru_cache
def environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - Python, YAML and Markdown
    )
    made.filters.update(FILTERS)
    return made


def _fill(template: str, values: Mapping[str, Any]) -> str:
    return environment().get_template(template).render(values)


def _formatted(path: str, text: str, own: list[str]) -> str:
    """Python in ruff's format, `own` being the project's modules; GenerateError without ruff."""
    if not path.endswith(".py") or path.startswith(f"{ASSETS}/"):
        return text
    for arguments in (("check", "--select", "I,F401", "--fix-only"), ("format",)):
        command = [sys.executable, "-m", "ruff", *arguments, "--quiet", "--isolated"]
        command += ["--config", "line-length=100"]
        command += ["--config", f"lint.isort.known-first-party={json.dumps(own)}"]
        command += ["--stdin-filename", path, "-"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        if done.returncode:
            raise GenerateError(f"{path} cannot be formatted: {done.stderr.strip()[-500:]}")
        text = done.stdout
    return text
