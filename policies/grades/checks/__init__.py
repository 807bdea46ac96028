"""The named predicates that criteria refer to: public functions of the modules of this folder."""

import inspect
from functools import cache
from importlib import import_module
from pathlib import Path

from tricenter.policies.grades.view import Check

HERE = Path(__file__).resolve().parent


@cache
def find_checks() -> dict[str, Check]:
    """The predicates by `module.function`."""
    found: dict[str, Check] = {}
    for file in sorted(HERE.glob("[!_]*.py")):
        module = import_module(f"{__name__}.{file.stem}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                found[f"{file.stem}.{name}"] = function
    return found
