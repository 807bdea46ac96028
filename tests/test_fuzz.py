"""No input crashes the reader: it is a topology, or diagnostics that stand inside the file."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.conftest import runs
from tricenter.topology.compile import compile_plan
from tricenter.topology.document import load, parse
from tricenter.topology.errors import Path as SpecPath
from tricenter.topology.errors import SpecError
from tricenter.topology.forecast import forecast
from tricenter.topology.reader import REFUSED
from tricenter.topology.schema import spec_schema
from tricenter.topology.spec import Topology
from tricenter.topology.validate import validate

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "stacks" / "ledger.yaml"
VALID: Any = load(EXAMPLE).data

TRAPS = [
    "NO", "on", "12:30", "0x1F", ".inf", "-.INF", ".nan", "~", "*", "&a", "!x", "<<", "- ", "{",
    "", " ", "\n", "a: b", "#", "'", '"', "%", "@", "\u00e9", "\U0001f600", "0s", "5m", "1e999",
    "lose-site", "lose-site:nowhere", "cut:xihu-binjiang", "cut:-", "binjiang", "xihu", "tianfu",
    "cold-vault", "ledger-a", "nightly", "203.0.113.11", "::1", "0.0.0.0/0", "2001:db8::/32",
    "0 0 31 2 *", "*/0 * * * *", "9999y", "0us", "99999999TiB", "continent:AS", "route53",
]  # fmt: skip

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(TRAPS)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=8) | st.sampled_from([*TRAPS, *VALID]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


def paths_of(data: Any, path: SpecPath = ()) -> Iterator[SpecPath]:
    """The path of every value in plain data, below the root."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data)
    for step, value in pairs:
        yield (*path, step)
        if isinstance(value, dict | list):
            yield from paths_of(value, (*path, step))


PATHS = list(paths_of(VALID))


def _parent(data: Any, path: SpecPath) -> Any:
    for step in path[:-1]:
        data = data[step]
    return data


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """The example with one to three of its nodes dropped, replaced, renamed, moved or repeated."""
    data = copy.deepcopy(VALID)
    for _ in range(draw(st.integers(1, 3))):
        paths = list(paths_of(data))
        if not paths:
            break
        path = draw(st.sampled_from(paths))
        parent, step = _parent(data, path), path[-1]
        match draw(st.sampled_from(["drop", "replace", "rename", "move", "repeat"])):
            case "drop":
                del parent[step]
            case "replace":
                parent[step] = draw(values)
            case "rename" if isinstance(parent, dict):
                key = draw(st.text(max_size=6) | st.sampled_from([*TRAPS, *map(str, parent)]))
                parent[key] = parent.pop(step)
            case "move":
                source = draw(st.sampled_from(paths))
                parent[step] = copy.deepcopy(_parent(data, source)[source[-1]])
            case _ if isinstance(parent, list):
                parent.append(copy.deepcopy(parent[step]))
            case _:
                parent[f"{step}2"] = copy.deepcopy(parent[step])
    return data


def to_yaml(data: Any) -> str:
    """Plain data as YAML text that reads back as the same data; JSON is almost such a text."""
    if isinstance(data, dict):
        return (
            "{" + ", ".join(f"{_text(key)}: {to_yaml(value)}" for key, value in data.items()) + "}"
        )
    if isinstance(data, list):
        return "[" + ", ".join(map(to_yaml, data)) + "]"
    return _text(data) if isinstance(data, str) else _number(data)


def _text(text: str) -> str:
    """A text in double quotes; what may not stand in a file is escaped."""
    raw = json.dumps(text, ensure_ascii=False)
    return REFUSED.sub(lambda found: f"\\u{ord(found[0]):04x}", raw)


def _number(value: Any) -> str:
    if isinstance(value, float) and value != value:
        return ".nan"
    if value in (float("inf"), float("-inf")):
        return ".inf" if value > 0 else "-.inf"
    return json.dumps(value)


@st.composite
def torn(draw: st.DrawFn) -> str:
    """The example's own text with pieces cut out, doubled, swapped or retagged."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 60)))
        piece = text[start:end]
        new = draw(
            st.sampled_from(
                ["", piece * 2, piece.upper(), piece[::-1], f"!x {piece}", f"&a {piece}"]
            )
            | st.sampled_from(
                ["*a", "\t", "\n", ": ", "- ", "{", "}", "[", "]", "'", '"', "<<: ", "---\n"]
            )
            | st.text(max_size=5)
        )
        text = text[:start] + new + text[end:]
    return text


SCHEMA = jsonschema.Draft202012Validator(spec_schema())
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
MANY = settings(SLOW, max_examples=runs(60, 1000))


def outcome(text: str) -> Topology | None:
    """The topology of a text, or None after a look at each of its diagnostics."""
    try:
        return validate(text)
    except SpecError as error:
        diagnostics = error.diagnostics
    assert diagnostics
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for found in diagnostics:
        assert 1 <= found.position.line <= len(lines), found
        assert 1 <= found.position.column <= len(lines[found.position.line - 1]) + 1, found
        assert "\n" not in str(found)
        assert found.message
    return None


@SLOW
@given(st.text() | st.text(alphabet="{}[]:,-&*!|>'\"%@`#?<~ \n\tab1."))
@example("\ud800")
@example("\ufeff")
@example("a: [\r\n")
@example("? ? ? :")
@example("--- |\n")
@example("a: b: c")
@example("- - - x\n -")
def test_any_text(text: str) -> None:
    """Random texts are never a topology, and never a traceback."""
    assert outcome(text) is None


@SLOW
@given(values)
def test_any_values(value: Any) -> None:
    """Random values, well written, are refused with places and words."""
    assert outcome(to_yaml(value)) is None


@SLOW
@given(st.dictionaries(st.sampled_from(sorted(VALID)), values))
def test_any_values_under_known_keys(data: dict[str, Any]) -> None:
    """Random values under the spec's own keys are refused as well."""
    outcome(to_yaml(data))


@MANY
@given(mutated())
def test_mutations(data: Any) -> None:
    """A changed example is refused in words, or it compiles and fits the schema."""
    text = to_yaml(data)
    topology = outcome(text)
    if topology is not None:
        assert compile_plan(topology) == compile_plan(topology)
        assert forecast(topology) == forecast(topology)
        problems = [problem.message for problem in SCHEMA.iter_errors(parse(text).data)]
        assert problems == [], json.dumps(data)


@MANY
@given(torn())
def test_torn_texts(text: str) -> None:
    """The example's text with pieces cut, doubled or swapped gives no traceback."""
    outcome(text)


@SLOW
@given(values)
def test_values_survive_the_reader(value: Any) -> None:
    """What is written as YAML is read back as it was, or refused where its characters are."""
    try:
        document = parse(to_yaml(value))
    except SpecError as error:
        ids = {found.id for found in error.diagnostics}
    else:
        ids = {found.id for found in document.problems}
        assert ids or repr(document.data) == repr(value)
    assert ids <= {"empty-file", "too-deep", "bad-number", "bad-character"}
