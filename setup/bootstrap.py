"""Makes the Python environment `.venv`, still empty, and starts the rest of set-up inside it.

Runs under the system's Python with the standard library only, before anything of ours can be
imported. The rest needs no more than that either, and finds our modules by the links in `typings`:
what takes long is begun before the first package is installed.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
NEEDED = (3, 11)
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


def make_environment() -> None:
    """The environment with nothing in it: pip is its first package, and takes some seconds."""
    python = system_python()
    ensure_venv_module(python)
    say(f"making .venv with {python}")
    run([python, "-m", "venv", "--clear", "--without-pip", str(ENVIRONMENT)])


def go_on() -> NoReturn:
    """The rest of set-up, in the place of this process: whoever ends it ends set-up."""
    ours = [str(ROOT / "typings"), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(ours)
    rest = [str(PYTHON), "-P", "-m", "tricenter.setup", *sys.argv[1:]]
    os.execv(rest[0], rest)  # noqa: S606


def main() -> int:
    """Makes the environment, then goes on inside it."""
    try:
        if not works(PYTHON):
            make_environment()
    except Stopped as stopped:
        print(f"setup: cannot go on: {stopped}", file=sys.stderr)
        return 4
    go_on()


if __name__ == "__main__":
    sys.exit(main())
