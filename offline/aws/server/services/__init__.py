"""What stands in front of moto, one file a matter, found by scanning this folder.

A file has a SERVICE (boto3's name) and any of: ANSWERS (operation -> function that answers in place
of moto, or returns None to leave it to moto), GUARDS (operation -> function that refuses what the
real cloud would, before moto sees it) and AFTER (operation -> function that completes what moto
made). All take a `Call`; they refuse by `refuse(code, message)`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from tricenter.offline.aws.server.call import Call

Answer = Callable[[Call], Mapping[str, Any] | None]
Guard = Callable[[Call], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Additions:
    """Answers and guards by service and operation."""

    answers: Mapping[tuple[str, str], Answer]
    guards: Mapping[tuple[str, str], tuple[Guard, ...]]
    after: Mapping[tuple[str, str], tuple[Guard, ...]]


def find_additions() -> Additions:
    """Everything in this folder; raises ValueError where two files answer the same operation."""
    answers: dict[tuple[str, str], Answer] = {}
    guards: dict[tuple[str, str], tuple[Guard, ...]] = {}
    after: dict[tuple[str, str], tuple[Guard, ...]] = {}
    for found in sorted(module.name for module in iter_modules(__path__)):
        module = import_module(f"{__name__}.{found}")
        for operation, answer in getattr(module, "ANSWERS", {}).items():
            if (module.SERVICE, operation) in answers:
                raise ValueError(f"{module.SERVICE} {operation} is answered twice")
            answers[module.SERVICE, operation] = answer
        for name, steps in (("GUARDS", guards), ("AFTER", after)):
            for operation, step in getattr(module, name, {}).items():
                key = (module.SERVICE, operation)
                steps[key] = (*steps.get(key, ()), step)
    return Additions(answers=answers, guards=guards, after=after)
