"""Specs for tests of rules: the example with a piece merged into it."""

from datetime import date
from pathlib import Path
from typing import Any, cast

import yaml

from tricenter.policies.gather import gather
from tricenter.policies.judge import Located, judge, locate
from tricenter.topology import document
from tricenter.topology.document import Document
from tricenter.topology.target import target_of
from tricenter.topology.validate import validate

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "stacks" / "ledger.yaml"
TODAY = date(2026, 11, 25)
DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""The emitter of libyaml where there is one: the tests write thousands of specs."""


def merge(base: Any, piece: Any) -> Any:
    """JSON merge patch (RFC 7386): null takes a key away, lists are replaced whole."""
    if not isinstance(piece, dict):
        return piece
    merged = dict(cast(dict[str, Any], base)) if isinstance(base, dict) else {}
    for key, value in cast(dict[str, Any], piece).items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), value)
    return merged


def data_of(path: Path = EXAMPLE) -> dict[str, Any]:
    """The plain data of a spec's file."""
    return document.load(path).data


def spec_text(piece: str = "{}", base: Path = EXAMPLE) -> str:
    """The text of a spec with a piece merged into it."""
    merged = merge(data_of(base), document.parse(piece).data)
    return yaml.dump(merged, Dumper=DUMPER, sort_keys=False)


def judged(text: str, target: str | None = None, *, file: str = "spec.yaml") -> tuple[Located, ...]:
    """What the rules say of a spec's text on the tests' day, by default on its own target."""
    read: Document = document.parse(text, file)
    topology = validate(read)
    chosen = target or target_of(topology)
    facts = gather(topology, chosen, TODAY, root=ROOT / "tests" / "no-records")
    return locate(read, judge(facts))
