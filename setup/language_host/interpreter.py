"""Which Python runs a program or plugin: the virtual environment that its YAML names."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path


class NoInterpreter(Exception):
    """The environment that the YAML names does not exist or has no Python."""


def interpreter(root: Path, options: Mapping[str, object]) -> Path:
    """The Python for a program whose YAML lies in `root` with these `runtime.options`.

    A relative `virtualenv` counts from `root`. Without one, `python3` of the PATH is taken, as the
    official host does. Raises NoInterpreter with a message for the user.
    """
    named = options.get("virtualenv")
    if isinstance(named, str) and named:
        python = root / named / "bin" / "python"
        if not os.access(python, os.X_OK):
            raise NoInterpreter(
                f"the virtual environment {(root / named).resolve()} named by 'virtualenv' in "
                f"{root} has no Python in it: run 'make setup'"
            )
        return python
    found = shutil.which("python3") or shutil.which("python")
    if found is None:
        raise NoInterpreter("no python3 on PATH and no 'virtualenv' option in the YAML")
    return Path(found)


def environment(python: Path, base: Mapping[str, str]) -> dict[str, str]:
    """`base` as a process of the environment of `python` should see it."""
    result = dict(base)
    prefix = python.parent.parent
    if (prefix / "pyvenv.cfg").exists():
        result["VIRTUAL_ENV"] = str(prefix)
        result["PATH"] = os.pathsep.join([str(python.parent), base.get("PATH", os.defpath)])
        result.pop("PYTHONHOME", None)
    return result
