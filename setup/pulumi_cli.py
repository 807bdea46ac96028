"""Brings the Pulumi CLI: the one on PATH, else the official installer's, else built from source."""

import os
import shlex
import shutil
import subprocess
import urllib.request
from pathlib import Path
from threading import get_ident

from tricenter.setup import go_build, kept, toolchain
from tricenter.setup.places import bin_directory
from tricenter.setup.steps import say

OFFICIAL = "the official installer"
# As Pulumi's own SDK runs it, but without the SDK, which may not be installed yet.
INSTALLER = "https://get.pulumi.com/install.sh"
# A fast line needs a minute; where only package mirrors are reachable it fails in seconds.
INSTALLER_LIMIT_S = 300
CONNECT_LIMIT_S = 10
EXECUTOR = "pulumi-language-python-exec"


def provide() -> None:
    """Makes `pulumi` and its Python language host work from the environment's `bin`."""
    users = _users_own()
    if users is not None:
        _remove_ours()
        say(f"{toolchain.text(users.version)} at {users.path}")
        return
    root, version = toolchain.built_root(), toolchain.text(toolchain.BUILT)
    official = kept.origin(OFFICIAL, version=version)
    kept.ensure(root, (official, go_build.CLI.origin()), _bring)
    _link(root)
    say(f"{version} at {bin_directory() / 'pulumi'}")


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


def _bring(folder: Path) -> kept.Origin:
    say(f"trying {OFFICIAL}")
    reason = _install_officially(folder)
    if reason is None:
        return kept.origin(OFFICIAL, version=toolchain.text(toolchain.BUILT))
    say(f"{OFFICIAL} is out of reach here ({reason})")
    shutil.rmtree(folder / "bin", ignore_errors=True)
    return go_build.build(go_build.CLI, folder)


def _install_officially(folder: Path) -> str | None:
    """Installs into `folder`/bin; returns why that is not possible, None if it was."""
    script = folder / "install.sh"
    version = toolchain.text(toolchain.BUILT)
    command = ["sh", str(script), "--no-edit-path", "--install-root", str(folder)]
    try:
        with urllib.request.urlopen(INSTALLER, timeout=CONNECT_LIMIT_S) as answer:
            script.write_bytes(answer.read())
        done = subprocess.run(
            [*command, "--version", version],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=INSTALLER_LIMIT_S,
        )
    except subprocess.TimeoutExpired:
        return f"it did not end within {INSTALLER_LIMIT_S} s"
    except OSError as error:
        return str(error)
    if done.returncode:
        return (done.stdout.strip().splitlines() or ["no reason given"])[-1]
    found = toolchain.version_of(folder / "bin" / "pulumi")
    return None if found == toolchain.BUILT else f"it brought no {version}"


def _link(root: Path) -> None:
    """Puts the programs of `root` into the environment's `bin`."""
    official = (root / "bin" / toolchain.LANGUAGE_HOST).exists()
    for program in sorted((root / "bin").glob("pulumi*")):
        target = bin_directory() / program.name
        if target.exists() and target.samefile(program):
            continue
        draft = target.with_name(f".{target.name}.{os.getpid()}.{get_ident()}")
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
    draft = path.with_name(f".{path.name}.{os.getpid()}.{get_ident()}")
    python = shlex.quote(str(bin_directory() / "python"))
    # -P: the working directory is the user's program and must not shadow any module.
    draft.write_text(f'#!/bin/sh\nexec {python} -P -m tricenter.setup.language_host "$@"\n')
    draft.chmod(0o755)
    draft.replace(path)
