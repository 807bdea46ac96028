"""The modules of a generated project as Python text, one statement a resource."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast, get_args

from tricenter.generate.expressions import ASSETS, Refer, literal
from tricenter.generate.graph import HIDDEN, JSON, OPEN, Graph, Lookup, Resource
from tricenter.generate.modules import FOUNDATION, ROOT_TYPE, Layout, needed, referred
from tricenter.generate.naming import (
    argument_names,
    class_expression,
    function_expression,
    output_name,
    snake,
)

STACK_TYPE = "pulumi:pulumi:Stack"
SHARED_FACTS = "facts.json"
"""The root's facts, the whole spec among them, stand in a file beside the code."""
PROVIDERS = "pulumi:providers:"
LONGEST_TEXT = 800
"""Characters of a text that stands in the code itself."""


def write_module(
    module: str,
    resources: tuple[Resource, ...],
    graph: Graph,
    layout: Layout,
    notes: Mapping[str, str],
) -> str:
    """The text of a module; `notes` has a comment for each component, by its id."""
    refer = _referrer(module, graph, layout)
    body: list[str] = []
    if FOUNDATION in module.split("_and_"):
        # Look-ups go through providers, and much else refers to look-ups.
        first = _with_parents(one for one in resources if one.type.startswith(PROVIDERS))
        early = [one for one in resources if one.id in first]
        body += [_resource(one, refer, layout, notes) for one in early]
        body += [_lookup(one, refer, layout) for one in graph.lookups]
        resources = tuple(one for one in resources if one.id not in first)
    body += [_resource(one, refer, layout, notes) for one in resources]
    code = "\n".join(body)
    others = {
        layout.module_of[owner]
        for one in resources
        for owner in needed(one)
        if owner in layout.module_of
    }
    return f"{_head(module, code, sorted(others - {module}))}\n{code}"


def _with_parents(resources: Iterable[Resource]) -> frozenset[str]:
    return frozenset(owner for one in resources for owner in (one.id, one.options.parent))


def secret_keys(graph: Graph, layout: Layout) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The keys of the configuration that hold what the generated project must not.

    Each with the keys of the JSON object that its value is, none for any other text.
    """
    return tuple(
        sorted(
            (_secret_key(one, name, layout), tuple(one.shapes.get(name, ())))
            for one in graph.resources
            for name in one.secrets
            if _hidden(one.inputs[name])
        )
    )


def is_long(value: Any) -> bool:
    """Whether a text stands in a file of its own, so that the code around it can be read."""
    return isinstance(value, str) and len(value) > LONGEST_TEXT and OPEN not in value


def long_text_path(resource: Resource, argument: str, layout: Layout) -> str:
    """The file of a long text, in the folder of the project."""
    return f"{ASSETS}/{layout.variable_of[resource.id]}_{snake(argument)}.txt"


def export_lines(graph: Graph, layout: Layout) -> Iterator[str]:
    """The statements that export what the deployment exported."""
    refer = _referrer("", graph, layout)
    for name, value in sorted(graph.outputs.items()):
        yield f"pulumi.export({name!r}, {literal(value, refer)})"


def export_modules(graph: Graph, layout: Layout) -> tuple[str, ...]:
    """The modules that the exports refer to."""
    return tuple(sorted({layout.module_of[owner] for owner in referred(graph.outputs)}))


def _head(module: str, code: str, others: list[str]) -> str:
    lines = [f'"""The {module.replace("_", " ")} of the topology."""', ""]
    if "json." in code:
        lines.append("import json")
    if "Path(" in code:
        lines += ["from pathlib import Path", ""]
    lines.append("import pulumi")
    for package in ("aws", "gcp"):
        if f"{package}." in code:
            lines.append(f"import pulumi_{package} as {package}")
    lines.append("")
    if "Part(" in code:
        lines.append("from parts import Part")
    lines += [f"import {other}" for other in others]
    return "\n".join(lines) + "\n"


def _referrer(module: str, graph: Graph, layout: Layout) -> Refer:
    types = {resource.id: resource.type for resource in graph.resources}

    def refer(owner: str, path: tuple[str, ...]) -> str:
        where = layout.module_of[owner]
        prefix = "" if where == module else f"{where}."
        expression = prefix + layout.variable_of[owner]
        if path[1:2] == (JSON,):
            text = expression + f".{output_name(types[owner], path[0])}"
            return f'{text}.apply(lambda text: json.loads(text)["{path[2]}"])'
        for depth, step in enumerate(path):
            if step.isdigit():
                expression += f"[{step}]"
            elif depth == 0 and owner in types:
                expression += f".{output_name(types[owner], step)}"
            else:
                expression += f".{snake(step)}"
        return expression

    return refer


def _resource(resource: Resource, refer: Refer, layout: Layout, notes: Mapping[str, str]) -> str:
    note = notes.get(resource.id)
    comment = f"\n# {note}\n" if note else ""
    options = _options(resource, refer, layout)
    name = layout.variable_of[resource.id]
    if not resource.custom:
        if resource.type == ROOT_TYPE:
            facts = f'json.loads(Path(__file__).with_name("{SHARED_FACTS}").read_text())'
        else:
            facts = literal(resource.inputs, refer)
        return f"{comment}{name} = Part({resource.type!r}, {resource.name!r}, {facts}, {options})"
    known = argument_names(resource.type)
    parts = [repr(resource.name)]
    for argument, given in sorted(resource.inputs.items()):
        python, kind = known.get(argument, (snake(argument), None))
        value = _decoded(given, kind) if resource.type.startswith(PROVIDERS) else given
        expression = literal(value, refer, kind)
        if is_long(value):
            expression = f"Path({long_text_path(resource, argument, layout)!r}).read_text()"
        if argument in resource.secrets:
            expression = (
                f"pulumi.Config().require_secret({_secret_key(resource, argument, layout)!r})"
                if _hidden(value)
                else f"pulumi.Output.secret({expression})"
            )
        parts.append(f"{python}={expression}")
    parts.append(f"opts={options}")
    return f"{comment}{name} = {class_expression(resource.type)}({', '.join(parts)})"


def _decoded(value: Any, kind: Any) -> Any:
    """An argument of a provider: the engine is told all but texts as JSON."""
    accepts_text = kind is str or str in get_args(kind)
    return json.loads(value) if isinstance(value, str) and not accepts_text else value


def _lookup(lookup: Lookup, refer: Refer, layout: Layout) -> str:
    parts = [
        f"{snake(name)}={literal(value, refer)}" for name, value in sorted(lookup.arguments.items())
    ]
    if lookup.provider:
        parts.append(f"opts=pulumi.InvokeOptions(provider={refer(lookup.provider, ())})")
    called = function_expression(lookup.token)
    return f"{layout.variable_of[lookup.id]} = {called}({', '.join(parts)})"


def _options(resource: Resource, refer: Refer, layout: Layout) -> str:
    stated = resource.options
    parts: list[str] = []

    def add(name: str, owner: str) -> None:
        if owner and not owner.startswith(STACK_TYPE):
            parts.append(f"{name}={refer(owner, ())}")

    add("parent", stated.parent)
    add("provider", stated.provider)
    implied = referred(resource.inputs)
    after = [refer(owner, ()) for owner in stated.after if owner not in implied]
    if after:
        parts.append(f"depends_on=[{', '.join(after)}]")
    add("deleted_with", stated.deleted_with)
    for flag in ("protect", "retain_on_delete", "delete_before_replace"):
        if getattr(stated, flag):
            parts.append(f"{flag}=True")
    if not stated.protect and stated.parent in layout.protected:
        parts.append("protect=False")  # a child inherits it otherwise
    for names in ("ignore_changes", "replace_on_changes"):
        if getattr(stated, names):
            parts.append(f"{names}={list(getattr(stated, names))!r}")
    if stated.timeouts:
        times = ", ".join(f"{name}={value!r}" for name, value in stated.timeouts)
        parts.append(f"custom_timeouts=pulumi.CustomTimeouts({times})")
    return f"pulumi.ResourceOptions({', '.join(parts)})" if parts else "None"


def _secret_key(resource: Resource, argument: str, layout: Layout) -> str:
    return f"{layout.variable_of[resource.id]}_{snake(argument)}"


def _hidden(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_hidden(one) for one in cast(Mapping[str, Any], value).values())
    if isinstance(value, list):
        return any(_hidden(one) for one in cast(list[Any], value))
    return value == HIDDEN
