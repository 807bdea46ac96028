"""What the package offers, in Pulumi's schema; `schema.json` keeps a copy that tests compare."""

from typing import Any

from tricenter.components.settings import ENFORCEMENTS, PROFILES, find_targets
from tricenter.components.topology import Topology

NAME = "tricenter"
VERSION = "0.1.0"
TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
SPEC = (
    "The topology: the path of a spec file, counted from the program's folder; or the spec itself, "
    "as YAML text or as an object. Mistakes in a file or text are named with line and column."
)
TARGET = (
    "Where the topology is deployed: {values}. "
    "Without it `tricenter:target` of the stack's configuration counts, then lab."
)
PROFILE = (
    "How data is protected: {values}. Without it `tricenter:profile` of the stack's configuration "
    "counts, then the target's own: production on clouds, drill in the lab."
)
ENFORCE = (
    "Whether promises that cannot be kept end the deployment, or are only said: {values}. "
    "Without it `tricenter:enforce` of the stack's configuration counts, then mandatory."
)
OUTPUTS: dict[str, dict[str, Any]] = {
    "digest": {**TEXT, "description": "The fingerprint of the plan."},
    "stack": {**TEXT, "description": "The name of this deployment: the spec's and the stack's."},
    "zone": {**TEXT, "description": "The DNS zone by which clients find the topology."},
    "writers": {
        "type": "object",
        "additionalProperties": TEXT,
        "description": "The name at which each database's leader is found, whoever leads.",
    },
    "nameServersRoute53": {**TEXTS, "description": "The zone's servers, where Route 53 has it."},
    "nameServersCloudDns": {**TEXTS, "description": "The zone's servers, where Cloud DNS has it."},
}
ALWAYS = ("digest", "stack", "writers", "zone")
"""The outputs that every target gives."""


def package_schema() -> dict[str, Any]:
    """The schema of the package (https://www.pulumi.com/docs/iac/extending-pulumi/schema/)."""
    return {
        "name": NAME,
        "displayName": NAME,
        "version": VERSION,
        "description": "Two-site three-center database topologies, each deployed from one spec.",
        "keywords": ["category/infrastructure", "kind/component"],
        "license": "Apache-2.0",
        "resources": {Topology.TOKEN: _topology()},
        "language": {"nodejs": {"respectSchemaVersion": True}},
    }


def _topology() -> dict[str, Any]:
    anything = {"type": "object", "additionalProperties": {"$ref": "pulumi.json#/Any"}}
    return {
        "isComponent": True,
        "description": Topology.__doc__,
        "inputProperties": {
            "spec": {"oneOf": [TEXT, anything], "description": SPEC},
            "target": _one_of(TARGET, find_targets()),
            "profile": _one_of(PROFILE, PROFILES),
            "enforce": _one_of(ENFORCE, ENFORCEMENTS),
        },
        "requiredInputs": ["spec"],
        "properties": OUTPUTS,
        "required": list(ALWAYS),
    }


def _one_of(description: str, values: tuple[str, ...]) -> dict[str, Any]:
    return {**TEXT, "description": description.format(values=", ".join(values))}
