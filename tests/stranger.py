"""Another user of the machine, for tests of what such a one must not be able to do."""

import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

NAME = "nobody"
LONGEST_S = 60

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="to be another user takes root")


def number() -> int:
    """The stranger's user number."""
    return pwd.getpwnam(NAME).pw_uid


def popen(argv: Sequence[str], **options: Any) -> subprocess.Popen[str]:
    """Start a program as the stranger, with nothing of ours but the arguments."""
    entry = pwd.getpwnam(NAME)
    return subprocess.Popen(
        argv, user=entry.pw_uid, group=entry.pw_gid, extra_groups=[], cwd="/", text=True, **options
    )


def python(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python as the stranger, who has our modules; skips where our folders are closed to it."""
    argv = [sys.executable, "-c", program, *arguments]
    pipes: Mapping[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    try:
        process = popen(argv, env={"PATH": os.defpath}, **pipes)
    except PermissionError:
        pytest.skip(f"user {NAME} may not pass to {sys.executable}")
    out, err = process.communicate(timeout=LONGEST_S)
    return subprocess.CompletedProcess(argv, process.returncode, out, err)


@contextmanager
def open_folder(owner: str | None = None) -> Generator[Path]:
    """A temporary folder that other users can pass, of a user's own if one is named."""
    with tempfile.TemporaryDirectory(prefix="tricenter-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        if owner is not None:
            entry = pwd.getpwnam(owner)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        yield folder
