"""Rendering: files made from a plan by strict templates, one module for each kind of file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from tricenter.topology.plan import Plan
from tricenter.topology.quoting import FILTERS

if TYPE_CHECKING:
    from jinja2 import Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedFile:
    """A file of a plan: its path below the output folder (host first) and its text."""

    path: str
    text: str


@lru_cache
def environment() -> "Environment":
    """The templates: an undefined name is an error, and each value goes through a filter."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - plain text; reports in HTML have their own environment
    )
    made.filters.update(FILTERS)
    return made


def fill(template: str, values: Mapping[str, object]) -> str:
    """A template's text with its values filled in; raises for a name that is missing."""
    return environment().get_template(template).render(values)


def render(plan: Plan, stack: str | None = None) -> tuple[RenderedFile, ...]:
    """Every file of a plan, by path; a module of this package adds its own by `files(plan)`.

    Bundles name what the stack of this id has; without one, that which is called like the topology.
    """
    found: list[RenderedFile] = []
    for name in sorted(entry.name for entry in iter_modules(__path__)):
        module = import_module(f"{__name__}.{name}")
        if not hasattr(module, "files"):
            continue  # a form that another module writes
        of_stack = stack is not None and hasattr(module, "files_for")
        made: Iterable[RenderedFile] = (
            module.files_for(plan, stack) if of_stack else module.files(plan)
        )
        found.extend(made)
    return tuple(sorted(found, key=lambda file: file.path))
