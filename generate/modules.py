"""Which module of a generated project each resource stands in, and under which variable."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from tricenter.generate.graph import MARK, Graph, Resource
from tricenter.generate.naming import variable

ROOT_TYPE = "tricenter:index:Topology"
MODULES = {
    "tricenter:index:SiteNetwork": "network",
    "tricenter:index:ReplicatedDatabase": "databases",
    "tricenter:index:GeoDns": "dns",
    "tricenter:index:SnapshotLifecycle": "snapshots",
    "tricenter:index:FailoverAutomation": "failover",
}
IMPORTED = ("aws", "gcp", "pulumi", "json")
"""Names that generated modules import; no variable may hide them."""
FOUNDATION = "foundation"
"""The module of what serves all others: providers, the root, look-ups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The modules in an order in which each imports only earlier ones, and their resources."""

    modules: tuple[tuple[str, tuple[Resource, ...]], ...]
    module_of: Mapping[str, str]
    variable_of: Mapping[str, str]
    protected: frozenset[str]
    """The ids of resources that are protected."""


def lay_out(graph: Graph) -> Layout:
    """The layout of a graph; modules that need each other become one."""
    by_id = {resource.id: resource for resource in graph.resources}
    home = {resource.id: _home(resource, by_id) for resource in graph.resources}
    needs = _needs(graph, home)
    groups = _groups(sorted({FOUNDATION, *home.values()}), needs)
    named = {module: "_and_".join(group) for group in groups for module in group}
    modules = tuple(
        (
            "_and_".join(group),
            tuple(resource for resource in graph.resources if home[resource.id] in group),
        )
        for group in groups
    )
    return Layout(
        modules=modules,
        module_of={owner: named[module] for owner, module in home.items()}
        | {lookup.id: named[FOUNDATION] for lookup in graph.lookups},
        variable_of=_variables(graph),
        protected=frozenset(one.id for one in graph.resources if one.options.protect),
    )


def needed(resource: Resource) -> frozenset[str]:
    """The ids of everything that a resource names: parent, provider, order, references."""
    options = resource.options
    found = {options.parent, options.provider, options.deleted_with, *options.after}
    return frozenset(found | referred(resource.inputs)) - {""}


def referred(value: object) -> frozenset[str]:
    """The ids of the resources and look-ups that a value refers to."""
    if isinstance(value, str):
        return frozenset(found[1] for found in MARK.finditer(value))
    inner: list[object] = []
    if isinstance(value, Mapping):
        known = cast(Mapping[str, object], value)
        inner = [*known.keys(), *known.values()]
    elif isinstance(value, list):
        inner = cast(list[object], value)
    return frozenset(owner for one in inner for owner in referred(one))


def _home(resource: Resource, by_id: Mapping[str, Resource]) -> str:
    """The module of the nearest component above that has one."""
    at: Resource | None = resource
    while at is not None:
        if at.type in MODULES:
            return MODULES[at.type]
        at = by_id.get(at.options.parent)
    return FOUNDATION


def _needs(graph: Graph, home: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for resource in graph.resources:
        module = home[resource.id]
        others = {home[owner] for owner in needed(resource) if owner in home}
        found.setdefault(module, set()).update(others - {module})
    return {module: frozenset(others) for module, others in found.items()}


def _groups(modules: list[str], needs: Mapping[str, frozenset[str]]) -> tuple[tuple[str, ...], ...]:
    """Modules in order of need; those that need each other in a circle share a group."""
    reach = {module: _reachable(module, needs) for module in modules}
    groups: list[tuple[str, ...]] = []
    for module in modules:
        group = tuple(
            other
            for other in modules
            if other == module or (other in reach[module] and module in reach[other])
        )
        if group not in groups:
            groups.append(group)
    return tuple(sorted(groups, key=lambda group: (len(reach[group[0]] - {*group}), group)))


def _reachable(module: str, needs: Mapping[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [module]
    while waiting:
        for other in needs.get(waiting.pop(), frozenset()) - found:
            found.add(other)
            waiting.append(other)
    return frozenset(found)


def _variables(graph: Graph) -> Mapping[str, str]:
    """A variable for each resource and look-up; the topology's own name is left out of them."""
    root = next((one.name for one in graph.resources if one.type == ROOT_TYPE), "")
    taken = {FOUNDATION, *MODULES.values(), *IMPORTED}
    found: dict[str, str] = {}
    for resource in graph.resources:
        short = resource.name.removeprefix(f"{root}-") if resource.name != root else "topology"
        name = variable(short)
        if name in taken:
            name = f"{name}_{variable(resource.type.rpartition(':')[2])}"
        while name in taken:
            name += "_"
        taken.add(name)
        found[resource.id] = name
    for lookup in graph.lookups:
        name = variable(lookup.token.rpartition(":")[2].removeprefix("get"))
        while name in taken:
            name += "_"
        taken.add(name)
        found[lookup.id] = name
    return found
