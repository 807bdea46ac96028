"""The rules: a folder for each topic, a file for each rule, found by looking into the folders."""

import re
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path

from tricenter.policies.rule import About, Rule

HERE = Path(__file__).resolve().parent


ABOUT = re.compile(r'^    about="(\w+)",$', re.MULTILINE)
"""How a rule's file says what it is about; a rule about specs does not."""


@cache
def find_rules() -> tuple[Rule, ...]:
    """The `RULE` of every file below this folder, by topic and file name."""
    return tuple(map(_rule, _files()))


@cache
def rules_about(about: About) -> tuple[Rule, ...]:
    """The rules about specs, resources or waivers; the files of others are not imported, since a
    check of a spec begins sooner without all that is known of resources."""
    return tuple(_rule(file) for file in _files() if _about(file) == about)


@cache
def rule_ids() -> frozenset[str]:
    """The ids of all rules."""
    return frozenset(map(_id, _files()))


@cache
def _files() -> tuple[Path, ...]:
    return tuple(sorted(path for path in HERE.glob("*/*.py") if path.stem != "__init__"))


@cache
def _rule(file: Path) -> Rule:
    topic = file.parent.name
    module = import_module(f"{__name__}.{topic}.{file.stem}")
    sentence = (module.__doc__ or "").strip()
    return replace(module.RULE, id=_id(file), topic=topic, sentence=sentence)


def _id(file: Path) -> str:
    return file.stem.replace("_", "-")


def _about(file: Path) -> str:
    said = ABOUT.search(file.read_text(encoding="utf-8"))
    return said[1] if said else "spec"
