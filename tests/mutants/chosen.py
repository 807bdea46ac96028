"""Breakages that a seed chooses: `python -m tests.mutants.chosen --seed 7 --folder roles`.

Each takes out a keyword argument of a call, or a branch: its condition reads `False`. Arguments
that our own classes and functions cannot do without are left alone, since the type checker has
those. The same seed chooses the same places as long as the files are the same; what is printed can
be put into a module of `breakages/`, with the seed and the tests that catch it. The seeds there
chose with `--count 2`, for each folder alone.
"""

import argparse
import ast
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WITHOUT_EFFECT = frozenset(
    {
        # What only makes classes smaller, texts prettier or the linter content.
        *("slots", "kw_only", "encoding", "ensure_ascii", "flush", "indent", "err", "nl"),
        *("help", "metavar", "param_hint", "strict", "default_factory"),
    }
)
"""Arguments without which the code means the same, or nearly so: never chosen."""


@dataclass(frozen=True, slots=True, order=True)
class Chosen:
    """A breakage of a file: where it is, what is taken out, and the text before and after."""

    file: str
    line: int
    what: str
    old: str
    new: str

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}: {self.what}\n"
            f"    file={self.file!r},\n    old={self.old!r},\n    new={self.new!r},"
        )


Needed = frozenset[tuple[str, str]]
"""Pairs of a class or function and an argument of it that has no default."""


def needed_in(text: str) -> Iterator[tuple[str, str]]:
    """The arguments without which classes and functions of a file cannot be called."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.AnnAssign) and line.value is None:
                    yield node.name, ast.unparse(line.target)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            given = node.args
            plain = given.args[: len(given.args) - len(given.defaults)]
            named = zip(given.kwonlyargs, given.kw_defaults, strict=True)
            for one in (*plain, *(argument for argument, value in named if value is None)):
                yield node.name, one.arg


def candidates(file: str, text: str, needed: Needed) -> Iterator[Chosen]:
    """Every argument and branch of a file that could be taken out."""
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode()))
    raw = text.encode()

    def span(node: ast.expr | ast.keyword) -> tuple[int, int]:
        assert node.end_lineno is not None and node.end_col_offset is not None
        begin = starts[node.lineno - 1] + node.col_offset
        return begin, starts[node.end_lineno - 1] + node.end_col_offset

    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.If) and "TYPE_CHECKING" not in (said := ast.unparse(node.test)):
            begin, end = span(node.test)
            yield _chosen(file, node.lineno, f"the branch of `{said}`", raw, (begin, end), b"False")
        for keyword in node.keywords if isinstance(node, ast.Call) else ():
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if keyword.arg is None or keyword.arg in WITHOUT_EFFECT or called == "dataclass":
                continue
            if (called.rpartition(".")[2], keyword.arg) not in needed:
                begin, end = span(keyword)
                what = f"the argument `{keyword.arg}` of `{called[:40]}`"
                yield _chosen(file, keyword.lineno, what, raw, _with_comma(raw, begin, end), b"")


def _with_comma(raw: bytes, begin: int, end: int) -> tuple[int, int]:
    """An argument with the comma after it, else with the one before it."""
    rest = raw[end:].lstrip()
    if rest.startswith(b","):
        end = len(raw) - len(rest) + 1
        return begin, end + (len(raw[end:]) - len(raw[end:].lstrip(b" \n")))
    before = raw[:begin].rstrip()
    return (len(before) - 1 if before.endswith(b",") else begin), end


def _chosen(
    file: str, line: int, what: str, raw: bytes, span: tuple[int, int], put: bytes
) -> Chosen:
    """The breakage, with as many whole lines around it as make its place the only one."""
    begin, end = span
    first, last = raw.rfind(b"\n", 0, begin) + 1, raw.find(b"\n", end)
    while raw.count(raw[first:last]) > 1:
        first = raw.rfind(b"\n", 0, max(0, first - 1)) + 1
        last = raw.find(b"\n", last + 1)
    old, new = raw[first:last], raw[first:begin] + put + raw[end:last]
    return Chosen(file, line, what, old.decode(), new.decode())


def choose(seed: int, count: int, folders: Iterable[str]) -> list[Chosen]:
    """Some of the candidates of source folders, by a seed."""
    texts, needed = _sources()
    chosen = [file for file in texts if file.partition("/")[0] in folders]
    found = sorted(one for file in chosen for one in candidates(file, texts[file], needed))
    return random.Random(seed).sample(found, min(count, len(found)))


@cache
def _sources() -> tuple[dict[str, str], Needed]:
    """The text of every source file, and what their classes and functions cannot do without."""
    paths = [path for init in ROOT.glob("*/__init__.py") for path in init.parent.rglob("*.py")]
    texts = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}
    return texts, frozenset(pair for text in texts.values() for pair in needed_in(text))


def main() -> None:
    """Print what a seed chooses."""
    parser = argparse.ArgumentParser(prog="chosen")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=5)
    parser.add_argument("--folder", nargs="+", help="source folders; by default all")
    asked = parser.parse_args()
    folders = asked.folder or {init.parent.name for init in ROOT.glob("*/__init__.py")}
    print(*choose(asked.seed, asked.count, folders), sep="\n")


if __name__ == "__main__":
    main()
