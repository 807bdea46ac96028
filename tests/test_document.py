"""Reading: YAML 1.2 values, positions on demand, and refusals instead of tracebacks."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tricenter.topology.document import LARGEST_FILE, load, parse, unreadable
from tricenter.topology.errors import Diagnostic, Position, SpecError, join_path
from tricenter.topology.reader import DEEPEST, MOST_ALIASED
from tricenter.topology.scalars import resolve


def at(line: int, column: int) -> Position:
    """A position, for short."""
    return Position(line=line, column=column)


def refused(text: str) -> list[tuple[str, Position]]:
    """The ids and positions of what the reader says about a text."""
    try:
        found = parse(text).problems
    except SpecError as error:
        found = error.diagnostics
    return [(problem.id, problem.position) for problem in found]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"), ("yes", "yes"), ("on", "on"), ("12:30", "12:30"), ("1_000", "1_000"),
        ("0", 0), ("0.5", 0.5), ("0o10", 8), ("0x1F", 31), ("-7", -7), ("+7", 7), ("0b1", "0b1"),
        ("1.5", 1.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("-1.5E-3", -0.0015),
        (".inf", float("inf")), ("-.INF", float("-inf")), (".Inf.", ".Inf."),
        ("true", True), ("True", True), ("FALSE", False), ("tRUE", "tRUE"),
        ("null", None), ("~", None), ("", None), ("NULL", None), ("nULL", "nULL"),
        ("2027-03-31", "2027-03-31"), ("24x7", "24x7"), ("2N+1", "2N+1"), ("1.2.3.4", "1.2.3.4"),
        ("-", "-"), (".", "."), ("0o8", "0o8"), ("=", "="), ("0x", "0x"),
    ],
)  # fmt: skip
def test_scalar(text: str, value: object) -> None:
    """Plain scalars have the values of YAML 1.2's core schema, and their types."""
    found = resolve(text)
    assert found == value
    assert type(found) is type(value)


def test_not_a_number_is_a_number() -> None:
    """`.nan` is a float, as the core schema says; the model refuses it where it matters."""
    assert resolve(".nan") != resolve(".nan")


def test_quoted_scalars_are_texts() -> None:
    """Quotes and block styles keep a scalar a text, whatever it looks like."""
    document = parse("a: 'true'\nb: \"12\"\nc: |\n  34\nd: >-\n  56\n")
    assert document.data == {"a": "true", "b": "12", "c": "34\n", "d": "56"}


@given(st.integers(-(10**30), 10**30))
def test_integers_read_back(number: int) -> None:
    """Every integer that Python prints is read as the same integer."""
    assert parse(f"a: {number}").data == {"a": number}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_read_back(number: float) -> None:
    """Every float that Python prints is read as the same float."""
    assert parse(f"a: {number!r}").data == {"a": number}


def test_positions() -> None:
    """Keys and values have their own places; what is absent has its nearest parent's."""
    document = parse(
        "# intro\nsites:\n  a: {tps: 5, zones: [x, y]}\n  b:\n    - é: 1\n      k: 2\n"
    )
    assert document.value_position(()) == at(2, 1)
    assert document.key_position(("sites", "a", "tps")) == at(3, 7)
    assert document.value_position(("sites", "a", "tps")) == at(3, 12)
    assert document.value_position(("sites", "a", "zones", 1)) == at(3, 26)
    assert document.key_position(("sites", "a", "zones", 1)) == at(3, 26)
    assert document.value_position(("sites", "b", 0, "k")) == at(6, 10)
    assert document.key_position(("sites", "a", "missing", "deeper")) == at(3, 3)
    assert document.key_position(("sites", "a", "zones", 9)) == at(3, 15)
    assert document.key_position(("sites", "a", "tps", "deeper")) == at(3, 7)
    assert document.existing(("sites", "b", 0, "z", 1)) == ("sites", "b", 0)
    assert document.existing(("sites", 0)) == ("sites",)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_positions_with_any_line_ending(ending: str) -> None:
    """Lines end as they do on Unix, Windows and old Macs."""
    document = parse(ending.join(["a: 1", "b:", "  c: 2", ""]))
    assert document.value_position(("b", "c")) == at(3, 6)


def test_aliases() -> None:
    """An alias repeats its anchor's value; positions inside it are the anchor's."""
    document = parse("a: &x {k: 1}\nb: *x\nc: [&y 7, *y]\n")
    assert document.data == {"a": {"k": 1}, "b": {"k": 1}, "c": [7, 7]}
    assert document.value_position(("b",)) == at(2, 4)
    assert document.value_position(("b", "k")) == at(1, 11)
    assert document.problems == ()


def test_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    """A mark that Windows editors put first is read over, and moves no column."""
    path = tmp_path / "spec.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: x\n")
    document = load(path)
    assert document.data == {"name": "x"}
    assert document.key_position(("name",)) == at(1, 1)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a: 1\nb: 2\na: 3\n", [("duplicate-key", at(3, 1))]),
        ("a: {b: 1, 'b': 2}\n", [("duplicate-key", at(1, 11))]),
        ("a: 1\n---\nb: 2\n", [("several-documents", at(2, 1))]),
        ("<<: {a: 1}\n", [("merge-key", at(1, 1))]),
        ("a: !!int 5\n", [("unknown-tag", at(1, 4))]),
        ("a: ! 5\n", [("unknown-tag", at(1, 4))]),
        ("!x k: 5\n", [("unknown-tag", at(1, 1))]),
        ("*a : 5\n", [("bad-key", at(1, 1))]),
        ("? {a: b}\n: 5\n", [("bad-key", at(1, 3))]),
        ("&k key: *k\n", []),
        ("'<<': 1\n", []),
        ("a: *b\n", [("unknown-alias", at(1, 4))]),
        ("a: &b [*b]\n", [("recursive-alias", at(1, 8))]),
        ("a: \x00\n", [("bad-character", at(1, 4))]),
        ("a: 1\rb: \ud800\n", [("bad-character", at(2, 4))]),
        ("a: x\u2028y\n", [("bad-character", at(1, 5))]),
        ("a:\n\t- b\n", [("bad-yaml", at(2, 1))]),
        ("a: [\n", [("bad-yaml", at(1, 4))]),
        ("", [("empty-file", at(1, 1))]),
        ("\ufeff", [("empty-file", at(1, 1))]),
        ("a: 'b", [("bad-yaml", at(1, 5))]),
        ("%YAML 1.2\n---\n@a: 1\n", [("bad-yaml", at(3, 1))]),
    ],
)
def test_refusals(text: str, problems: list[tuple[str, Position]]) -> None:
    """What the reader refuses has an id and a place, never a traceback."""
    assert refused(text) == problems


def test_reading_goes_on_after_a_refusal() -> None:
    """Everything that can be said without guessing is said at once, and the first key counts."""
    document = parse("a: 1\na: 2\nb: !x 3\n1: 4\nc: 5\n")
    assert [problem.id for problem in document.problems] == [
        "duplicate-key", "unknown-tag", "bad-key",
    ]  # fmt: skip
    assert document.data == {"a": 1, "b": "3", "c": 5}
    assert document.spoiled == {("b",)}


def test_nesting_has_a_floor() -> None:
    """Deep nesting is refused before Python's own stack ends, however deep it is."""
    assert refused("a: " + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1)) == []
    assert refused("[" * 100_000)[0][0] == "too-deep"
    assert refused("{a: " * 100_000)[0][0] == "too-deep"
    assert refused("- " * 100_000)[0][0] == "too-deep"


def test_alias_bombs_are_refused() -> None:
    """Aliases may repeat some values, but lines cannot multiply into millions."""
    few = "a: &a [" + "x, " * 99 + "x]\nb: [" + "*a, " * 50 + "x]\n"
    assert refused(few) == []
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 40)]
    assert refused("\n".join(lines))[-1][0] == "alias-bomb"
    many = "a: &a [" + "x, " * 99 + "x]\nb: [" + "*a, " * (MOST_ALIASED // 100) + "x]\n"
    assert refused(many)[-1][0] == "alias-bomb"


def test_unreadable_files(tmp_path: Path) -> None:
    """A file that cannot be read is a diagnostic at its first character, named as given."""
    big = tmp_path / "big.yaml"
    big.write_bytes(b"#" * (LARGEST_FILE + 1))
    for path, words in (
        (tmp_path, "this is a directory"),
        (tmp_path / "none.yaml", "there is no such file"),
        (big, "larger than 4 MiB"),
        (big / "below.yaml", "cannot be read: "),
        ("nul\0.yaml", "NUL character"),
    ):
        with pytest.raises(SpecError) as caught:
            load(path)
        (found,) = caught.value.diagnostics
        assert found.id == "cannot-read"
        assert found.file == str(path).replace("\0", "\\0")
        assert found.position == at(1, 1)
        assert words in found.message


def test_no_permission(tmp_path: Path) -> None:
    """A file that may not be read says so."""
    found = unreadable("spec.yaml", PermissionError(13, "Permission denied"))
    assert "you may not read this file" in found.message
    closed = tmp_path / "closed.yaml"
    closed.write_text("name: x\n")
    closed.chmod(0)
    if os.geteuid():
        with pytest.raises(SpecError, match="may not read"):
            load(closed)
    closed.chmod(stat.S_IRUSR | stat.S_IWUSR)


def test_not_utf8_points_at_the_byte(tmp_path: Path) -> None:
    """The first byte that is no UTF-8 has its line and column, counted in characters."""
    path = tmp_path / "spec.yaml"
    path.write_bytes("é: 1\nnäme: ".encode() + b"\xff\n")
    with pytest.raises(SpecError) as caught:
        load(path)
    (found,) = caught.value.diagnostics
    assert (found.id, found.position) == ("not-utf8", at(2, 7))


def test_diagnostics_sort_by_place() -> None:
    """An error lists each reason once, in the order of the file."""
    late = Diagnostic(file="a", position=at(10, 1), path="x", id="i", message="m")
    early = Diagnostic(file="a", position=at(9, 30), path="y", id="i", message="m")
    error = SpecError([late, early, late])
    assert error.diagnostics == (early, late)
    assert str(error) == "a:9:30: error[i] y: m\na:10:1: error[i] x: m"


def test_paths_are_one_line() -> None:
    """A path shows indices in brackets, and quotes keys that could be misread."""
    assert join_path(("dns", "records", "a.b", "rules", 0, "x\ny")) == (
        "dns.records.'a.b'.rules[0].'x\\ny'"
    )
    assert join_path(()) == ""
