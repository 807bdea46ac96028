"""Brings the Pulumi CLI: the one on PATH, else the official installer's, else built from source."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tricenter.setup import go_build, toolchain
from tricenter.setup.places import bin_directory
from tricenter.setup.steps import say

# A fast line needs a minute; where only package mirrors are reachable it fails in seconds.
INSTALLER_LIMIT_S = 300
CONNECT_LIMIT_S = 10
EXECUTOR = "pulumi-language-python-exec"

OFFICIAL = f"""
import socket, sys
from semver import VersionInfo
from pulumi.automation import PulumiCommand
socket.setdefaulttimeout({CONNECT_LIMIT_S})
PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))
"""


def provide() -> None:
    """Makes `pulumi` and its Python language host work from the environment's `bin`."""
    users = _users_own()
    if users is not None:
        _remove_ours()
        say(f"pulumi CLI: {toolchain.text(users.version)} at {users.path}")
        return
    root = toolchain.built_root()
    if not _complete(root) and not _installed_officially(root):
        go_build.build(root)
    _link(root)
    say(f"pulumi CLI: {toolchain.text(toolchain.BUILT)} at {bin_directory() / 'pulumi'}")


def _users_own() -> toolchain.Cli | None:
    """The CLI of the user's PATH, if it is new enough and has its Python language host."""
    own = str(bin_directory())
    parts = os.environ.get("PATH", os.defpath).split(os.pathsep)
    path = os.pathsep.join(part for part in parts if part != own)
    found = toolchain.find_cli(path)
    return found if found and toolchain.find_language_host(path) else None


def _remove_ours() -> None:
    for program in bin_directory().glob("pulumi*"):
        program.unlink()


def _complete(root: Path) -> bool:
    programs = root / "bin"
    if not any((programs / name).exists() for name in (toolchain.LANGUAGE_HOST, EXECUTOR)):
        return False
    return toolchain.version_of(programs / "pulumi") == toolchain.BUILT


def _installed_officially(root: Path) -> bool:
    say("pulumi CLI: trying the official installer")
    version = toolchain.text(toolchain.BUILT)
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", OFFICIAL, str(root), version],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=INSTALLER_LIMIT_S,
        )
    except subprocess.TimeoutExpired:
        say(f"the official installer did not end within {INSTALLER_LIMIT_S} s")
        return False
    if done.returncode == 0 and _complete(root):
        return True
    reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    say(f"the official installer is out of reach here ({reason})")
    return False


def _link(root: Path) -> None:
    """Puts the programs of `root` into the environment's `bin`."""
    official = (root / "bin" / toolchain.LANGUAGE_HOST).exists()
    for program in sorted((root / "bin").glob("pulumi*")):
        target = bin_directory() / program.name
        if target.exists() and target.samefile(program):
            continue
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        if official:
            draft.symlink_to(program)
        else:
            # The engine warns about a language host that does not lie beside the real CLI, so
            # the CLI is here by a second name, or a copy, not by a symbolic link.
            hard_link_or_copy(program, draft)
        draft.replace(target)
    if not official:
        write_launcher(bin_directory() / toolchain.LANGUAGE_HOST)


def hard_link_or_copy(source: Path, target: Path) -> None:
    """Puts a program into another folder, by a second name where that is possible."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copy2(source, target)


def write_launcher(path: Path) -> None:
    """Writes the program that starts our own language host with this environment's Python."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    python = shlex.quote(str(bin_directory() / "python"))
    # -P: the working directory is the user's program and must not shadow any module.
    draft.write_text(f'#!/bin/sh\nexec {python} -P -m tricenter.setup.language_host "$@"\n')
    draft.chmod(0o755)
    draft.replace(path)
