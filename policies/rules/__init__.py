"""The rules: a folder for each topic, a file for each rule, found by looking into the folders."""

from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path

from tricenter.policies.rule import About, Rule

HERE = Path(__file__).resolve().parent


@cache
def find_rules() -> tuple[Rule, ...]:
    """The `RULE` of every file below this folder, by topic and file name."""
    files = sorted(path for path in HERE.glob("*/*.py") if path.stem != "__init__")
    return tuple(_rule(path.parent.name, path.stem) for path in files)


def _rule(topic: str, stem: str) -> Rule:
    module = import_module(f"{__name__}.{topic}.{stem}")
    sentence = (module.__doc__ or "").strip()
    return replace(module.RULE, id=stem.replace("_", "-"), topic=topic, sentence=sentence)


def rules_about(about: About) -> tuple[Rule, ...]:
    """The rules about specs, resources or waivers."""
    return tuple(rule for rule in find_rules() if rule.about == about)
