"""Makes the Python environment `.venv` from the locked requirements; the first step of set-up.

Runs under the system's Python with the standard library only, before anything of ours can be
imported. Every step looks first whether its work is done.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
LOCK = ROOT / "requirements.txt"
CLOUDS = ROOT / "requirements-clouds.txt"
NEEDED = (3, 11)
PIP = (str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
# The lock is complete, so pip resolves nothing: where an extra's newest version is not the locked
# one, pip 23's resolver looks at that first and stops (https://github.com/pypa/pip/issues/9644).
AS_LOCKED = ("--require-hashes", "--no-deps", "--no-build-isolation", "--use-pep517", "--compile")
BUILD_REQUIREMENTS = ("packaging==", "setuptools==", "wheel==")  # wheel needs packaging
CANDIDATES = ("/usr/bin/python3", *(f"/usr/bin/python3.{minor}" for minor in range(19, 10, -1)))


class Stopped(Exception):
    """Set-up cannot go on; the text says what is missing and the command that brings it."""


def say(message: str) -> None:
    """One line of progress."""
    print(f"setup: {message}", flush=True)


def run(command: list[str], **environment: str) -> None:
    """Runs `command` with its output shown; raises Stopped where it fails."""
    done = subprocess.run(command, check=False, env={**os.environ, **environment}, cwd=ROOT)
    if done.returncode:
        raise Stopped(f"failed (exit code {done.returncode}): {' '.join(command)}")


def system_python() -> str:
    """The distribution's Python; one from a home folder could not be read by daemons."""
    for candidate in CANDIDATES:
        if os.access(candidate, os.X_OK):
            code = "import sys; print(*sys.version_info[:2])"
            done = subprocess.run(
                [candidate, "-c", code], check=False, capture_output=True, text=True
            )
            if done.returncode == 0 and tuple(map(int, done.stdout.split())) >= NEEDED:
                return candidate
    raise Stopped(
        "no Python 3.11 or newer in /usr/bin. Bring it with: apt-get install python3-venv"
    )


def ensure_venv_module(python: str) -> None:
    """Debian keeps `ensurepip` in a package of its own."""
    code = "import ensurepip, venv"
    if subprocess.run([python, "-c", code], check=False, capture_output=True).returncode == 0:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", "python3-venv"]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sudo = "sudo " if os.geteuid() else ""
        raise Stopped(f"Python's venv module is missing. Bring it with: {sudo}{' '.join(command)}")
    say("installing python3-venv")
    run(["apt-get", "update", "-qq"])
    run(command, DEBIAN_FRONTEND="noninteractive")


def works(python: Path) -> bool:
    """Whether the environment's Python still starts (its system Python may have gone)."""
    if not python.exists():
        return False
    return subprocess.run([str(python), "-c", ""], check=False).returncode == 0


def digest(*texts: str) -> str:
    """A short fingerprint."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def done_before(step: str, fingerprint: str) -> bool:
    """Whether `step` was completed with this very input."""
    stamp = ENVIRONMENT / f".{step}.done"
    return stamp.exists() and stamp.read_text() == fingerprint


def mark_done(step: str, fingerprint: str) -> None:
    """Remembers that `step` was completed."""
    (ENVIRONMENT / f".{step}.done").write_text(fingerprint)


def install_requirements() -> None:
    """Installs what the lock names, each file checked against its hash, compiled to bytecode."""
    fingerprint = digest(LOCK.read_text())
    if done_before("requirements", fingerprint):
        say("python requirements: as locked")
        return
    say("installing the locked python requirements (about a minute)")
    # Two of Patroni's requirements come as source and are built with these; first, for that.
    first = [line for line in locked() if line.startswith(BUILD_REQUIREMENTS)]
    bootstrap = ENVIRONMENT / "build-requirements.txt"
    bootstrap.write_text("\n".join(first) + "\n")
    run([*PIP, "--require-hashes", "-r", str(bootstrap)])
    run([*PIP, *AS_LOCKED, "-r", str(LOCK)])
    mark_done("requirements", fingerprint)


def install_clouds() -> None:
    """Installs the cloud SDKs and what the emulated clouds need: 0.7 GB, so only where asked."""
    fingerprint = digest(CLOUDS.read_text())
    if done_before("clouds", fingerprint):
        say("cloud SDKs: as locked")
        return
    say("installing the locked cloud SDKs and emulators (about two minutes)")
    run([*PIP, *AS_LOCKED, "-r", str(CLOUDS)])
    mark_done("clouds", fingerprint)


def locked() -> list[str]:
    """The lock's entries, each with its hashes on one line."""
    joined = LOCK.read_text().replace("\\\n", " ")
    return [" ".join(line.split()) for line in joined.splitlines() if line[:1].isalnum()]


def install_project() -> None:
    """Makes the top-level folders importable as `tricenter.*`."""
    folders = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
    fingerprint = digest((ROOT / "pyproject.toml").read_text(), str(ROOT), *folders)
    if done_before("project", fingerprint):
        say("tricenter itself: installed")
        return
    say("installing tricenter into .venv (editable)")
    flags = ["--no-deps", "--no-build-isolation", "--quiet"]
    run([str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", *flags, "-e", "."])
    mark_done("project", fingerprint)


def main() -> int:
    """Makes the environment, then goes on with the rest of set-up inside it."""
    try:
        if works(PYTHON):
            say("python environment: .venv")
        else:
            python = system_python()
            ensure_venv_module(python)
            say(f"making .venv with {python}")
            run([python, "-m", "venv", "--clear", str(ENVIRONMENT)])
        install_requirements()
        if "--clouds" in sys.argv[1:]:
            install_clouds()
        install_project()
    except Stopped as stopped:
        print(f"setup: cannot go on: {stopped}", file=sys.stderr)
        return 4
    if "--python-only" in sys.argv[1:]:
        return 0
    rest = [str(PYTHON), "-P", "-m", "tricenter.setup", *sys.argv[1:]]
    return subprocess.run(rest, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
