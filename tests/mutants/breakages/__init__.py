"""The mutants, a module for each top-level folder that they break."""

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from tests.mutants.mutant import Mutant


@cache
def find_mutants() -> tuple[Mutant, ...]:
    """Every mutant of every module here, by module and order in it."""
    names = sorted(entry.name for entry in iter_modules([str(Path(__file__).parent)]))
    modules = [import_module(f"tests.mutants.breakages.{name}") for name in names]
    return tuple(mutant for module in modules for mutant in module.MUTANTS)
