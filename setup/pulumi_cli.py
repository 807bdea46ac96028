"""Brings the Pulumi CLI: the one on PATH, else one that is built from source.

Nothing that is downloaded is run unless its hash is in this repository, which the official
installer and what it brings have not. Whoever wants Pulumi's own build installs it, and it is taken
from PATH.
"""

import os
import shlex
import shutil
from pathlib import Path
from threading import get_ident

from tricenter.setup import go_build, kept, toolchain
from tricenter.setup.places import bin_directory
from tricenter.setup.steps import say

EXECUTOR = "pulumi-language-python-exec"


def provide() -> None:
    """Makes `pulumi` and its Python language host work from the environment's `bin`."""
    users = _users_own()
    if users is not None:
        _remove_ours()
        say(f"{toolchain.text(users.version)} at {users.path}")
        return
    root, version = toolchain.built_root(), toolchain.text(toolchain.BUILT)
    kept.ensure(root, (go_build.CLI.origin(),), lambda folder: go_build.build(go_build.CLI, folder))
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


def _link(root: Path) -> None:
    """Puts the programs of `root` into the environment's `bin`, and our own language host."""
    for program in sorted((root / "bin").glob("pulumi*")):
        target = bin_directory() / program.name
        if target.exists() and target.samefile(program):
            continue
        draft = target.with_name(f".{target.name}.{os.getpid()}.{get_ident()}")
        # The engine warns about a language host that does not lie beside the real CLI, so
        # the CLI is here by a second name, or a copy, not by a symbolic link.
        hard_link_or_copy(program, draft)
        draft.replace(target)
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
