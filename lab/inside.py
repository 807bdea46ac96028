"""Where a program of the lab that runs inside a host finds the host's folders."""

import os
import pwd
from pathlib import Path

from tricenter.lab.stack import ROOT_VARIABLE


def here(path: str) -> Path:
    """A path of this host: as it is in a mount namespace, else below the host's own folder."""
    return Path(os.environ.get(ROOT_VARIABLE, "") + path)


def as_user(name: str, *more: str) -> tuple[str, ...]:
    """The start of a command line that goes on as a user; an ordinary user stays who it is."""
    if os.geteuid() != 0:
        return ("setpriv", *more)
    return ("setpriv", f"--reuid={name}", f"--regid={name}", "--clear-groups", *more)


def give(path: Path, name: str) -> None:
    """Let a user own a file or folder, where users differ at all."""
    if os.geteuid() == 0:
        owner = pwd.getpwnam(name)
        os.chown(path, owner.pw_uid, owner.pw_gid)
