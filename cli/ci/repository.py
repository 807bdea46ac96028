"""What a pipeline must know of a repository: its topologies, and where tricenter comes from."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tricenter.cli.ci.pipelines import Source, is_plain
from tricenter.topology.errors import TricenterError

FOLDERS = ("stacks", ".")
"""Where topologies are looked for; the first folder that has any wins."""
SPEC = re.compile(r'^apiVersion: +"?tricenter/', re.MULTILINE)
WITH_COMMIT = re.compile(r"(?P<url>.+)@(?P<commit>[0-9a-f]{40})")
WITH_OTHER = re.compile(r"(?P<url>.+[:/].+)@(?P<name>[^@:/]*)")
"""A source with something behind the last `@` that is no commit: a tag, a branch, a short hash."""
SSH = re.compile(r"(?:ssh://)?git@(?P<host>[\w.-]+)[:/](?P<path>[\w./-]+)")
HTTPS = re.compile(r"https://(?:[^@/]*@)?(?P<host>[\w.:-]+)/(?P<path>[\w./-]+)")


class PipelineError(TricenterError):
    """A pipeline cannot be written for this repository; the text says why and what to do."""

    exit_code = 2


def find_specs(root: Path, named: Iterable[str]) -> tuple[str, ...]:
    """The topologies that were named, else all of `stacks/`, else those of the root.

    Paths from the root; PipelineError for one that is none, and where there is none at all.
    """
    chosen = tuple(named)
    for spec in chosen:
        if not is_plain(spec):
            raise PipelineError(
                f"--spec {spec}: a path below the repository's root, of letters, digits and ._-/"
            )
        if not _is_spec(root / spec):
            raise PipelineError(f"--spec {spec}: no file with apiVersion: tricenter/v1")
    for folder in () if chosen else FOLDERS:
        files = sorted(path for path in (root / folder).glob("*.y*ml") if _is_spec(path))
        if files:
            return find_specs(root, (path.relative_to(root).as_posix() for path in files))
    if not chosen:
        raise PipelineError("no topology in stacks/ or here: name it with --spec")
    return chosen


def _is_spec(path: Path) -> bool:
    try:
        return bool(SPEC.search(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError):
        return False


def is_ours(root: Path) -> bool:
    """Whether a repository is a checkout of tricenter itself, with specs of its own."""
    try:
        project = (root / "Pulumi.yaml").read_text(encoding="utf-8")
    except OSError:
        return False
    return "\nname: tricenter\n" in f"\n{project}" and (root / "setup" / "bootstrap.py").is_file()


def find_source(named: str | None, checkout: Path, version: str) -> Source:
    """Where a pipeline gets tricenter: what was named, else the origin of the checkout that runs.

    The commit is the checkout's own, unless the URL ends in `@` and one. PipelineError where one of
    both is not known, or the URL is none that a pipeline could reach.
    """
    if named:
        _refuse_other(named)
    url, commit = named or _git(checkout, "remote", "get-url", "origin"), None
    if url and (both := WITH_COMMIT.fullmatch(url)):
        url, commit = both["url"], both["commit"]
    commit = commit or _git(checkout, "rev-parse", "HEAD")
    found = HTTPS.fullmatch(url or "") or SSH.fullmatch(url or "")
    if not found or found["path"].count("/") < 1:
        raise PipelineError(
            f"where pipelines get tricenter from is not known ({url or 'no origin'}): name its "
            "repository and a commit of it, --source https://HOST/OWNER/NAME.git@COMMIT"
        )
    if not commit:
        raise PipelineError(f"which commit of {url}? --source {url}@COMMIT, all 40 digits")
    return Source(url=f"https://{found['host']}/{found['path']}", commit=commit, version=version)


def _refuse_other(named: str) -> None:
    """PipelineError for a source that names a commit by something that may change."""
    found = WITH_OTHER.fullmatch(named)
    if found is None or WITH_COMMIT.fullmatch(named):
        return
    url, name = found["url"], found["name"]
    short = bool(re.fullmatch(r"[0-9a-fA-F]{1,40}", name))
    why = (
        f"{name!r} is not a whole commit: all 40 digits are needed, in small letters, as a short "
        "one may mean another commit later"
        if short
        else f"{name!r} is a tag or a branch, and those can be moved to other code later: name the "
        "commit"
    )
    how = (
        f"`git rev-parse {name}` in a checkout of it" if short else f"`git ls-remote {url} {name}`"
    )
    raise PipelineError(f"--source {named}: {why}. {how} says it")


def _git(folder: Path, *arguments: str) -> str | None:
    # `-C` of a folder that is no checkout would find one further up.
    if not (folder / ".git").exists():
        return None
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            check=False,
            capture_output=True,
            text=True,
            timeout=30,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
