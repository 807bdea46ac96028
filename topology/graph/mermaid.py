"""The picture as Mermaid text, which code hosts draw in pull requests."""

from collections.abc import Iterator

from tricenter.topology.graph.edges import copies, order_text, replications, roles_of
from tricenter.topology.links import city_around
from tricenter.topology.spec import Topology


def mermaid(topology: Topology) -> str:
    """A Mermaid flowchart of the topology; the same topology gives the same bytes."""
    lines = ["flowchart LR"]
    lines += _dns(topology)
    others = tuple(_others(topology))
    for city in sorted(topology.cities):
        sites = [name for name in sorted(topology.sites) if topology.sites[name].city == city]
        lines.append(f'  subgraph {_id("city", city)}["{city}"]')
        lines += [f"    {_site(topology, name)}" for name in sites]
        lines += [f"    {line}" for where, line in others if where == city]
        lines.append("  end")
    lines += [f"  {line}" for where, line in others if where is None]
    for stream in replications(topology):
        arrow = "-.->" if stream.mode == "async" else "==>"
        ends = _id("s", stream.source), _id("s", stream.target)
        lines.append(f'  {ends[0]} {arrow}|"{stream.database}: {stream.label}"| {ends[1]}')
    for copy in copies(topology):
        kind = "s" if copy.target in topology.sites else "v"
        target = _id(kind, copy.target)
        lines.append(f'  {_id("s", copy.source)} -.->|"{copy.backup}"| {target}')
    return "\n".join(lines) + "\n"


def _others(topology: Topology) -> Iterator[tuple[str | None, str]]:
    """Witnesses and vaults, each with the city that it stands in and is lost with."""
    for name, witness in sorted(topology.witnesses.items()):
        shape = f'{_id("w", name)}{{{{"{name}<br/>witness"}}}}'
        yield city_around(topology, witness), shape
    for name, vault in sorted(topology.vaults.items()):
        yield city_around(topology, vault), f'{_id("v", name)}[("{name}<br/>cold vault")]'


def _id(kind: str, name: str) -> str:
    return f"{kind}_{name.replace('-', '_')}"


def _site(topology: Topology, name: str) -> str:
    held = "<br/>".join(f"{database}: {role}" for database, role in roles_of(topology, name))
    return f'{_id("s", name)}["<b>{name}</b><br/>{held}"]'


def _dns(topology: Topology) -> list[str]:
    lines: list[str] = []
    for label, record in sorted(topology.dns.records.items()):
        rules = [f"{r.clients}: {order_text(r.order)}" for r in record.rules]
        text = "<br/>".join([f"<b>{label}.{topology.dns.zone}</b>", *rules])
        lines.append(f'  {_id("d", label)}(["{text}"])')
        for site in sorted(record.answers or topology.sites):
            lines.append(f"  {_id('d', label)} --> {_id('s', site)}")
    return lines
