"""Brings the validators of others that tests hold generated documents against, from npm."""

import hashlib
import shutil
import sys
from pathlib import Path

from tricenter.setup.steps import run, say

LOCKED = Path(__file__).resolve().parent / "node"
"""A package.json and the lock that names each package's hash."""
NPM = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
NAMES = ("package.json", "package-lock.json")
DONE = "done"


def folder() -> Path:
    """Where they are in this environment; with `node_modules/.bin`."""
    return Path(sys.prefix) / "judges"


def program(name: str) -> Path | None:
    """A validator's program, None where it is not there or nothing can run it."""
    found = folder() / "node_modules/.bin" / name
    return found if found.exists() and shutil.which("node") else None


def provide() -> None:
    """Installs what the lock names; without npm the tests that need it are skipped, and say so."""
    fingerprint = hashlib.sha256(
        b"".join((LOCKED / name).read_bytes() for name in NAMES)
    ).hexdigest()
    done = folder() / DONE
    if done.is_file() and done.read_text(encoding="utf-8") == fingerprint:
        say("as locked")
        return
    if shutil.which("npm") is None:
        say("went on without them, as npm is not there: tests that need them are skipped")
        return
    folder().mkdir(exist_ok=True)
    done.unlink(missing_ok=True)
    for name in NAMES:
        shutil.copyfile(LOCKED / name, folder() / name)
    run([*NPM, "--prefix", str(folder())])
    done.write_text(fingerprint, encoding="utf-8")
    say(f"in {folder()}")
