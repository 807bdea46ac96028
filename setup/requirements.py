"""Fills the Python environment with the locked requirements and with tricenter itself.

Every step looks first whether its work is done.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

from tricenter.setup.places import checkout
from tricenter.setup.steps import Stopped, run, say

LOCK = "requirements.txt"
CLOUDS = "requirements-clouds.txt"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
# The lock is complete, so pip resolves nothing: where an extra's newest version is not the locked
# one, pip 23's resolver looks at that first and stops (https://github.com/pypa/pip/issues/9644).
AS_LOCKED = ("--require-hashes", "--no-deps", "--no-build-isolation", "--use-pep517", "--compile")
BUILD_REQUIREMENTS = ("packaging==", "setuptools==", "wheel==")  # wheel needs packaging


def install_locked() -> None:
    """Installs what the lock names, each file checked against its hash, compiled to bytecode."""
    _bring_pip()
    text = (checkout() / LOCK).read_text(encoding="utf-8")
    fingerprint = _digest(text)
    if _done_before("requirements", fingerprint):
        say("requirements: as locked")
        return
    say("installing the locked requirements (about a minute)")
    # Two of Patroni's requirements come as source and are built with these; first, for that.
    first = [line for line in _entries(text) if line.startswith(BUILD_REQUIREMENTS)]
    bootstrap = Path(sys.prefix) / "build-requirements.txt"
    bootstrap.write_text("\n".join(first) + "\n", encoding="utf-8")
    run([*PIP, "--require-hashes", "-r", str(bootstrap)])
    run([*PIP, *AS_LOCKED, "-r", str(checkout() / LOCK)])
    _mark_done("requirements", fingerprint)


def install_clouds() -> None:
    """Installs the cloud SDKs and what the emulated clouds need: 0.7 GB, so only where asked."""
    fingerprint = _digest((checkout() / CLOUDS).read_text(encoding="utf-8"))
    if _done_before("clouds", fingerprint):
        say("cloud SDKs: as locked")
        return
    say("installing the locked cloud SDKs and emulators (about two minutes)")
    run([*PIP, *AS_LOCKED, "-r", str(checkout() / CLOUDS)])
    _mark_done("clouds", fingerprint)


def install_project() -> None:
    """Makes the top-level folders importable as `tricenter.*`."""
    root = checkout()
    folders = sorted(path.parent.name for path in root.glob("*/__init__.py"))
    project = (root / "pyproject.toml").read_text(encoding="utf-8")
    fingerprint = _digest(project, str(root), *folders)
    if _done_before("project", fingerprint):
        say("tricenter itself: installed")
        return
    say("installing tricenter into .venv (editable)")
    run([*PIP, "--no-deps", "--no-build-isolation", "-e", str(root)])
    _mark_done("project", fingerprint)


def _bring_pip() -> None:
    """As `venv` does; here, because others need not wait for it."""
    if _done_before("pip", ""):
        return
    command = [sys.executable, "-m", "ensurepip", "--upgrade", "--default-pip"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise Stopped(f"no pip in {sys.prefix}: {done.stderr.strip() or done.stdout.strip()}")
    _mark_done("pip", "")


def _entries(lock: str) -> list[str]:
    """A lock's entries, each with its hashes on one line."""
    joined = lock.replace("\\\n", " ")
    return [" ".join(line.split()) for line in joined.splitlines() if line[:1].isalnum()]


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _stamp(step: str) -> Path:
    return Path(sys.prefix) / f".{step}.done"


def _done_before(step: str, fingerprint: str) -> bool:
    """Whether `step` was completed with this very input."""
    stamp = _stamp(step)
    return stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint


def _mark_done(step: str, fingerprint: str) -> None:
    _stamp(step).write_text(fingerprint, encoding="utf-8")
