"""Where set-up keeps things: the checkout, its environment, the user's cache and state."""

import os
import sys
from pathlib import Path


def checkout() -> Path:
    """The project's root folder; for an installed wheel, the folder that holds `tricenter`."""
    return Path(__file__).resolve().parent.parent


def is_checkout() -> bool:
    """Whether this is a checkout, with set-up of its own; else it is an installed wheel."""
    return (checkout() / "setup" / "bootstrap.py").is_file() and (checkout() / "Makefile").is_file()


def bin_directory() -> Path:
    """The one folder with every command of ours: the environment's own."""
    return Path(sys.prefix) / "bin"


def cache_directory() -> Path:
    """What can be made again: `$XDG_CACHE_HOME/tricenter`."""
    return _under("XDG_CACHE_HOME", ".cache")


def state_directory() -> Path:
    """What should last: `$XDG_STATE_HOME/tricenter` (the local Pulumi backend, error logs)."""
    return _under("XDG_STATE_HOME", ".local/state")


def _under(variable: str, default: str) -> Path:
    named = os.environ.get(variable, "")
    # The XDG specification says that a relative path is to be ignored.
    return (Path(named) if named.startswith("/") else Path.home() / default) / "tricenter"
