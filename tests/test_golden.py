"""Wrong specs and the exact words that they get: each folder of golden/ is one of them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import tricenter.topology
from tricenter.topology.errors import SpecError
from tricenter.topology.quantities import FORMS
from tricenter.topology.validate import load

ROOT = Path(tricenter.topology.__file__).parent
GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path for path in GOLDEN.iterdir() if (path / "diagnostics.txt").exists())
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SOURCES = ("document", "reader", "syntax", "patterns", "problems", "validate")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden(case: Path, golden, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each folder's spec gives exactly the diagnostics stored beside it."""
    monkeypatch.chdir(case)
    with pytest.raises(SpecError) as caught:
        load("topology.yaml")
    golden(case / "diagnostics.txt", f"{caught.value}\n")


def test_enough_cases() -> None:
    """No case was lost: there are at least ninety-five wrong specs."""
    assert len(CASES) >= 95


def test_every_id_has_a_case() -> None:
    """Each id that the code can emit occurs in some folder, and no other id does."""
    shown = {
        found
        for case in CASES
        for found in re.findall(r"error\[([a-z0-9-]+)\]", (case / "diagnostics.txt").read_text())
    }
    paths = [ROOT / f"{name}.py" for name in SOURCES] + sorted((ROOT / "references").glob("*.py"))
    emitted = {name for path in paths for name in _ids(ast.parse(path.read_text()))}
    emitted |= {kind.replace("_", "-") for kind in FORMS}
    assert shown == emitted


def _ids(tree: ast.AST) -> Iterator[str]:
    """The ids in a module: `id=` arguments, arguments of `_problem` and the like, id pairs."""
    for node in ast.walk(tree):
        found: list[ast.expr] = []
        if isinstance(node, ast.keyword) and node.arg in ("id", "unknown"):
            found = [node.value]
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            found = list(node.args[1:2]) if name in ("_problem", "_refusal") else []
        elif isinstance(node, ast.Tuple) and len(node.elts) in (2, 3):
            found = node.elts
        constants = [part.value for part in found if isinstance(part, ast.Constant)]
        if isinstance(node, ast.Tuple) and len(constants) == 2 and all(map(_is_word, constants)):
            continue  # two words, not an id with its message
        for expression in found:
            if isinstance(expression, ast.Constant) and _is_id(expression.value):
                yield str(expression.value)


def _is_word(value: object) -> bool:
    return isinstance(value, str) and bool(ID.fullmatch(value))


def _is_id(value: object) -> bool:
    return _is_word(value) and ("-" in str(value) or value in SHORT)


SHORT = ("conflict", "empty", "overlap")
"""Ids of a single word, which other texts of the code could be as well."""
