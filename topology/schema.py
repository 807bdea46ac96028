"""The JSON Schema (2020-12) of a spec file, made from the model for editors and other tools."""

import json
import re
from collections.abc import Iterator
from typing import Any, cast

from tricenter.topology.scenario_ids import SCENARIO_CLASSES
from tricenter.topology.spec import Topology
from tricenter.topology.units import DURATION_PATTERN, SIZE_PATTERN, format_duration

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TITLE = "tricenter topology, version 1"
FILE = "docs/schema/tricenter.v1.json"
"""Where the repository keeps a copy, which a test compares."""
KNOWN_SCENARIO = rf"^({'|'.join(SCENARIO_CLASSES)})(:[a-z0-9.-]+)?$"

Schema = dict[str, Any]


def spec_schema() -> Schema:
    """The schema of the spec: every key with its title, description, unit and default."""
    schema = Topology.model_json_schema(by_alias=True, mode="validation")
    (scenario,) = schema["properties"]["failover"]["patternProperties"]
    for part in _walk(schema):
        _plain_pairs(part)
        _closed_names(part, scenario)
        for key, value in part.get("properties", {}).items():
            _titled(key, value)
            _with_unit(value)
    _short_forms(schema["$defs"])
    return {"$schema": DIALECT, **schema, "title": TITLE}


def schema_text() -> str:
    """The schema as the text of the published file."""
    return json.dumps(spec_schema(), indent=2, ensure_ascii=False) + "\n"


def _walk(part: Any) -> Iterator[Schema]:
    """Every schema within a schema, itself last, so that what yields may be changed."""
    if isinstance(part, dict):
        for value in list(cast(Schema, part).values()):
            yield from _walk(value)
        yield cast(Schema, part)
    elif isinstance(part, list):
        for value in cast(list[Any], part):
            yield from _walk(value)


def _plain_pairs(part: Schema) -> None:
    """Pairs by `items` alone: editors of older drafts ignore `prefixItems`."""
    if "prefixItems" in part:
        part["items"] = part.pop("prefixItems")[0]


def _closed_names(part: Schema, scenario: str) -> None:
    """Free keys must match their pattern, and scenarios be of a known class."""
    patterns = part.get("patternProperties")
    if patterns is not None:
        if scenario in patterns:
            patterns[KNOWN_SCENARIO] = patterns.pop(scenario)
        part["additionalProperties"] = False


def _titled(key: str, value: Schema) -> None:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).replace("_", " ").lower()
    value["title"] = words[:1].upper() + words[1:]


def _with_unit(value: Schema) -> None:
    """Durations and sizes say so, and state their default as a spec would."""
    kinds = [value, *value.get("anyOf", ())]
    pattern = next((kind["pattern"] for kind in kinds if "pattern" in kind), None)
    note, default = "", value.get("default")
    if pattern == DURATION_PATTERN:
        note = "A duration such as 30s, 5min, 4h or 7d."
        if isinstance(default, float):
            value["default"] = format_duration(default)
    elif pattern == SIZE_PATTERN:
        note = "A size such as 512MiB or 2GiB."
        if isinstance(default, int):
            value["default"] = f"{default}MiB"
    if note:
        said = value.get("description", "")
        kept = "" if said.startswith(("A duration:", "A size:")) else said + " "
        value["description"] = kept + note


def _short_forms(definitions: Schema) -> None:
    """Where the spec may write one text for a mapping or a list, the schema says so too."""
    cron = definitions["Schedule"]["properties"]["full"]
    modes = definitions["Failover"]["properties"]["mode"]
    for name, short in (("Schedule", cron), ("Failover", modes)):
        long = definitions[name]
        definitions[name] = {
            "title": name,
            "description": long["description"],
            "anyOf": [short, long],
        }
    rule = definitions["Rule"]["properties"]
    geos, steps = rule["geo"], rule["order"]
    short = {"type": "string", "pattern": geos["items"]["pattern"]}
    long = {key: geos.pop(key) for key in ("type", "items", "minItems")}
    geos["anyOf"] = [short, long]
    steps["items"] = {"anyOf": [steps["items"]["items"], steps["items"]]}
