"""A spec as it is in a file, or as it was in a revision of the repository."""

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from tricenter.topology.errors import TricenterError

if TYPE_CHECKING:
    from tricenter.topology.document import Document

NOTHING = "-"
TIMEOUT_S = 60.0
"""Seconds that git may take; a clone without blobs fetches the file."""


class RevisionError(TricenterError):
    """A revision that git does not know, no repository at all, or a file that is not there."""

    exit_code = 2


def read_spec(name: str, *, was: str | None = None) -> "Document | None":
    """The spec of a file's name, or of REVISION:PATH as git writes it; None for `-`, for a path
    that the revision lacks, and for a file that is gone since the revision that `was` names.

    SpecError where it cannot be read, RevisionError for a revision or a file that there is not.
    """
    from tricenter.topology import document

    if name == NOTHING:
        return None
    if name and Path(name).exists():
        return document.load(name)
    revision, colon, path = name.partition(":")
    if not colon:
        if was is not None and _same_path(was, name):
            return None
        raise RevisionError(
            f"there is no file '{name}'; a spec that is new or goes is written as -"
        )
    raw = _show(revision, path)
    return None if raw is None else document.parse(decoded(raw, name), name)


def _same_path(was: str, name: str) -> bool:
    """Whether REVISION:PATH is of the file that `name` would be: PATH begins at the repository's
    root, or with `./` in this folder."""
    revision, colon, path = was.partition(":")
    if not (revision and colon and name):
        return False
    if path.startswith(("./", "../")):
        return Path(path).resolve() == Path(name).resolve()
    top = _git("rev-parse", "--show-toplevel")
    root = Path(os.fsdecode(top.stdout).rstrip("\n"))
    return top.returncode == 0 and (root / path).resolve() == Path(name).resolve()


def _show(revision: str, path: str) -> bytes | None:
    """The bytes of a file in a revision, None where that revision has no such file."""
    if revision.startswith("-") or not revision or not path:
        raise RevisionError(f"'{revision}:{path}' is no REVISION:PATH such as main:stacks/a.yaml")
    known = _git("rev-parse", "--quiet", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    if known.returncode:
        said = known.stderr.decode(errors="replace").strip().splitlines()
        why = f" ({said[-1]})" if said else ""
        raise RevisionError(
            f"git knows no revision '{revision}' here{why}; a shallow clone may lack it: fetch it "
            "first"
        )
    found = _git("cat-file", "blob", f"{known.stdout.decode().strip()}:{path}")
    return found.stdout if found.returncode == 0 else None


def _git(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
    # Nobody is there to be asked for a password.
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        return subprocess.run(
            ["git", *arguments],
            capture_output=True,
            env=environment,
            timeout=TIMEOUT_S,
            check=False,
        )
    except FileNotFoundError:
        raise RevisionError("git is not installed, and REVISION:PATH needs it") from None


def decoded(raw: bytes, name: str) -> str:
    """The text of a spec's bytes; SpecError, under a file's name, for what cannot be one."""
    from tricenter.topology.document import LARGEST_FILE
    from tricenter.topology.errors import START, Diagnostic, SpecError

    message = ""
    if len(raw) > LARGEST_FILE:
        message = "the file is larger than 4 MiB; a spec has some hundred lines"
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text, message = "", "the file is not UTF-8"
    if message:
        problem = Diagnostic(file=name, position=START, path="", id="cannot-read", message=message)
        raise SpecError([problem])
    return text
