"""Writing a service's pipelines into a repository."""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from tricenter.cli.ci.pipelines import Choices, Service, render
from tricenter.cli.ci.repository import PipelineError, find_source, find_specs, is_ours
from tricenter.setup.places import checkout

GITLAB = ".gitlab-ci.yml"
INCLUDE = "include:\n  - local: .gitlab/topology.yml\n"
NEXT: dict[Service, str] = {
    "github": "commit them, open a pull request, and let the branch require the checks `check` and "
    "`preview`; docs/ci.md of tricenter says what the nightly jobs can be given",
    "gitlab": "commit them and open a merge request; docs/ci.md of tricenter says what the comment "
    "and the scheduled pipeline can be given",
}


def write_pipelines(
    service: Service,
    *,
    root: Path,
    specs: Sequence[str] = (),
    source: str | None = None,
    branch: str = "main",
    force: bool = False,
) -> list[str]:
    """Write the files; returns what to tell the user. Nothing is written where one is in the way.

    PipelineError, besides, where the specs or the source cannot be found.
    """
    if not (root / ".git").exists():
        raise PipelineError("pipelines stand at a repository's root: run this where .git is")
    if not branch or set(branch) & set(" []{},'\"\\#:&*!|>%@`?"):
        raise PipelineError(f"--branch {branch!r}: not the plain name of a branch")
    choices = Choices(
        specs=find_specs(root, specs),
        source=None if is_ours(root) else find_source(source, checkout(), version("tricenter")),
        branch=branch,
    )
    files = render(service, choices)
    if service == "gitlab" and not (root / GITLAB).exists():
        files[GITLAB] = INCLUDE
    there = sorted(path for path in files if (root / path).exists())
    if there and not force:
        raise PipelineError(f"{', '.join(there)}: there already; --force overwrites")
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return [*(f"wrote {path}" for path in files), *_notes(service, choices, files)]


def _notes(service: Service, choices: Choices, files: dict[str, str]) -> list[str]:
    notes = [f"checked by them: {', '.join(choices.specs)}"]
    if choices.source:
        notes.append(f"tricenter comes from {choices.source.url}, commit {choices.source.commit}")
    if service == "gitlab" and GITLAB not in files:
        notes.append(f"{GITLAB} stays as it is; it has to include them:\n{INCLUDE.rstrip()}")
    return [*notes, f"next: {NEXT[service]}"]
