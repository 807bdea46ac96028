"""The JSON Schema for editors agrees with what `validate` accepts and refuses."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tricenter.topology.document import load, parse
from tricenter.topology.errors import SpecError
from tricenter.topology.patterns import explain_pattern
from tricenter.topology.schema import DIALECT, FILE, schema_text, spec_schema
from tricenter.topology.template import template_text
from tricenter.topology.validate import validate

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "golden"
VALIDATOR = jsonschema.Draft202012Validator(spec_schema())
STRUCTURAL = {
    "wrong-type",
    "unknown-key",
    "unknown-value",
    "missing-key",
    "bad-duration",
    "bad-size",
}
"""Ids of mistakes that an editor can see with the schema alone."""


def wrong_in_structure() -> list[Path]:
    """Golden cases that can be read, with a mistake that the schema must see as well."""
    found: list[Path] = []
    for case in sorted(GOLDEN.iterdir()):
        told = (case / "diagnostics.txt").read_text(encoding="utf-8")
        if STRUCTURAL & set(re.findall(r"error\[([a-z0-9-]+)\]", told)):
            found.append(case)
    return found


def test_published_schema_is_current(golden) -> None:
    """The copy in the repository is what the command prints."""
    golden(ROOT / FILE, schema_text())


def test_schema_is_a_schema() -> None:
    """The schema keeps the rules of its own dialect, and avoids what older editors ignore."""
    assert spec_schema()["$schema"] == DIALECT
    VALIDATOR.check_schema(spec_schema())
    assert "prefixItems" not in schema_text()


def test_every_key_has_a_title_and_units() -> None:
    """Each key has a title, and each duration and size says how it is written."""
    for name, schema in _properties(spec_schema()):
        assert schema.get("title"), name
        if "us|ms|s|min" in str(schema.get("pattern")):
            assert "duration" in schema["description"], name
            assert "default" not in schema or isinstance(schema["default"], str), name


SPECS = [path for path in sorted((ROOT / "stacks").glob("*.yaml")) if path.name[:7] != "Pulumi."]


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.name)
def test_shipped_specs_fit(spec: Path) -> None:
    """The specs that ship fit the schema and validate."""
    document = load(spec)
    assert [error.message for error in VALIDATOR.iter_errors(document.data)] == []
    validate(document)


def test_template_fits() -> None:
    """The template fits the schema and validates, under any name."""
    assert not list(VALIDATOR.iter_errors(parse(template_text()).data))
    assert validate(template_text("my-payments")).name == "my-payments"


@pytest.mark.parametrize("case", wrong_in_structure(), ids=lambda case: case.name)
def test_structural_mistakes_do_not_fit(case: Path) -> None:
    """A wrong key, word, type or unit that `validate` refuses does not fit the schema either."""
    try:
        data = load(case / "topology.yaml").data
    except SpecError:
        pytest.fail("a structural mistake was reported for a text that cannot be read")
    assert list(VALIDATOR.iter_errors(data))


def test_short_forms_fit() -> None:
    """One text may stand for a failover, a schedule, a rule's place and a step of its order."""
    text = template_text()
    for long, short in (
        ('schedule: {full: "0 2 * * 0", incremental: "0 2 * * 1-6"}', 'schedule: "0 2 * * 0"'),
        ("lose-city: {mode: approve, decide: 10min}", "lose-city: approve"),
        ("geo: [CN], order: [[east, west], remote]", "geo: CN, order: [east, remote]"),
    ):
        assert long in text
        text = text.replace(long, short)
    assert not list(VALIDATOR.iter_errors(parse(text).data))
    validate(text)


def test_every_pattern_is_explained() -> None:
    """No pattern of the model is shown to a user as a regular expression."""
    schema = spec_schema()
    for name, pattern in _patterns(schema):
        path = ("schedule", name) if name in ("full", "incremental") else (name,)
        _, message = explain_pattern(pattern, "?", path)
        assert "does not have the form" not in message, (name, pattern)


def _properties(schema: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        for value in schema.values():
            yield from _properties(value)


def _patterns(schema: Any) -> Iterator[tuple[str, str]]:
    quantities = ("us|ms|s|min", "MiB|GiB", "[0-9]{4}-[0-9]{2}", "^/$", "{3}/16$")
    for name, found in _properties(schema):
        for part in (found, found.get("items", {}), *found.get("anyOf", ())):
            pattern = part.get("pattern")
            if pattern and pattern != "/" and not any(text in pattern for text in quantities):
                yield name, pattern
        for pattern in found.get("patternProperties", ()):
            yield name, pattern
