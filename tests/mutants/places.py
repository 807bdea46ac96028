"""Whether each mutant's place, and each of its tests, is still there."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from tests.mutants.mutant import Mutant

PARTS = ("lab", "cloud")
"""The marks of tests that are not run by `make unit`."""


def misplaced(mutants: Iterable[Mutant], root: Path) -> Iterator[str]:
    """What keeps mutants from being made: a sentence each."""
    for mutant in mutants:
        path = root / mutant.file
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if mutant.old == mutant.new:
            yield f"{mutant.name}: it changes nothing"
        if (times := text.count(mutant.old)) == 0:
            yield f"{mutant.name}: its place is gone from {mutant.file}: move it, do not drop it"
        elif times > 1:
            yield f"{mutant.name}: its place stands {times} times in {mutant.file}"


def untested(mutants: Iterable[Mutant], root: Path) -> Iterator[str]:
    """The tests of mutants that do not exist: a sentence each."""
    for mutant in mutants:
        if not mutant.tests:
            yield f"{mutant.name}: no test is named"
        for test in mutant.tests:
            file, _, name = test.partition("::")
            if _function(root / file, name) is None:
                yield f"{mutant.name}: there is no {test}: name the test that catches it now"


def part_of(test: str, root: Path) -> str:
    """The part of `make test` that runs a test: `lab`, `cloud`, or else `unit`."""
    file, _, name = test.partition("::")
    found = _function(root / file, name)
    marks = list(found.decorator_list) if found else []
    for node in _syntax(root / file).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            marks.append(node.value)
    told = " ".join(map(ast.unparse, marks))
    return next((part for part in PARTS if f"pytest.mark.{part}" in told), "unit")


def part_of_all(tests: Iterable[str], root: Path) -> str:
    """The last part that has one of the tests, in the order unit, cloud, lab."""
    return min((part_of(test, root) for test in tests), key=(*PARTS, "unit").index)


@cache
def _syntax(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8") if file.is_file() else "")


def _function(file: Path, name: str) -> ast.FunctionDef | None:
    """A test's function; a parameter in brackets is no part of its name."""
    wanted = name.partition("[")[0]
    found = (node for node in _syntax(file).body if isinstance(node, ast.FunctionDef))
    return next((node for node in found if node.name == wanted), None)
