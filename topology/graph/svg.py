"""The picture as one self-contained SVG, drawn from the model."""

from html import escape

from tricenter.topology.graph.edges import Replication, copies, replications, roles_of
from tricenter.topology.graph.layout import (
    LABEL,
    LANE,
    LINE,
    ROW,
    SOFT,
    Box,
    Layout,
    near_streams,
    place,
)
from tricenter.topology.graph.measure import width
from tricenter.topology.graph.notes import note_of, sentences
from tricenter.topology.spec import Topology
from tricenter.topology.units import format_duration

COLOURS = ("#1d6fb8", "#c2571a", "#2f8554", "#8b4bb0", "#a8324a", "#5b6b1f")
INK, FAINT, RULE, PAPER = "#1c2733", "#5a6876", "#c9d2db", "#ffffff"
FONT = "'Helvetica Neue', Arial, 'Noto Sans', sans-serif"
STYLE = f"""
text {{ font-family: {FONT}; fill: {INK}; font-size: 14px }}
.title {{ font-size: 24px; font-weight: 700 }} .name {{ font-size: 17px; font-weight: 700 }}
.soft {{ fill: {FAINT}; font-size: 13px }} .label {{ font-size: 12.5px; font-weight: 600 }}
.city {{ fill: #eef3f7; stroke: {RULE} }}
.card {{ fill: {PAPER}; stroke: #8fa0b0; stroke-width: 1.2 }}
.dns {{ fill: #f6f4ea; stroke: #d8d2b4 }} .small {{ fill: #f7f8f9; stroke: {RULE} }}
"""


def svg(topology: Topology) -> str:
    """The SVG text of a topology; the same topology gives the same bytes."""
    streams = replications(topology)
    layout = place(topology, streams)
    near = near_streams(topology, streams)
    beside = [stream for pair in near.values() for stream in pair]
    far = [stream for stream in streams if stream not in beside]
    colours = {n: COLOURS[i % len(COLOURS)] for i, n in enumerate(sorted(topology.databases))}
    ports = _ports(layout, far)
    parts = [_head(topology, layout, colours), _dns(topology, layout)]
    parts += [_city(topology, box) for box in layout.cities]
    parts += [_far(layout, stream, lane, ports, colours) for lane, stream in enumerate(far)]
    parts += [_card(topology, box, colours) for box in layout.sites.values()]
    parts += [part for pair in near.values() for part in _near(layout, pair, colours)]
    parts += _copies(topology, layout)
    parts += [_small(topology, box) for box in layout.small.values()]
    parts += [_legend(layout), "</svg>"]
    return "\n".join(parts) + "\n"


Ports = dict[tuple[int, str], float]


def _ports(layout: Layout, far: list[Replication]) -> Ports:
    """Where each far stream leaves or enters a card, by its lane and the site: side by side."""
    lanes: dict[str, list[int]] = {}
    for lane, stream in enumerate(far):
        for site in (stream.source, stream.target):
            lanes.setdefault(site, []).append(lane)
    found: Ports = {}
    for site, own in lanes.items():
        card = layout.sites[site]
        # A sixth is left on the right for the lines of backups.
        step = card.width * 5 / 6 / (len(own) + 1)
        found |= {(lane, site): card.x + step * (index + 1) for index, lane in enumerate(own)}
    return found


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    css = f' class="{kind}"' if kind else ""
    return f'<text x="{x:g}" y="{y:g}"{css} text-anchor="{anchor}">{escape(text)}</text>'


def _box(box: Box, kind: str, radius: int = 10) -> str:
    size = f'width="{box.width:g}" height="{box.height:g}" rx="{radius}"'
    return f'<rect class="{kind}" x="{box.x:g}" y="{box.y:g}" {size}/>'


def _head(topology: Topology, layout: Layout, colours: dict[str, str]) -> str:
    size = f'width="{layout.width:g}" height="{layout.height:g}"'
    view = f'viewBox="0 0 {layout.width:g} {layout.height:g}"'
    heads = "".join(
        f'<marker id="to-{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
        f'markerHeight="7" orient="auto"><path d="M0 0L10 5L0 10z" fill="{colour}"/></marker>'
        for name, colour in [*sorted(colours.items()), ("copy", FAINT)]
    )
    sites, cities = len(topology.sites), len(topology.cities)
    said = f"{sites} sites in {cities} cities, {len(topology.databases)} databases"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} role="img">',
            f"<title>{escape(topology.name)}: {said}</title>",
            f"<style>{STYLE}</style><defs>{heads}</defs>",
            f'<rect width="100%" height="100%" fill="{PAPER}"/>',
            _text(36, 44, topology.name, "title"),
            _text(layout.width - 36, 44, said, "soft", "end"),
        ]
    )


def _dns(topology: Topology, layout: Layout) -> str:
    box = layout.dns
    x, y = box.x + 20, box.y + 27
    parts = [_box(box, "dns")]
    providers = ", ".join(sorted(topology.dns.providers)) or "name servers in every site"
    parts.append(_text(x, y, f"DNS · {topology.dns.zone}", "name"))
    parts.append(_text(box.right - 20, y, f"served by {providers}", "soft", "end"))
    for sentence in sentences(topology):
        y += LINE
        parts.append(_text(x, y, sentence))
    return "\n".join(parts)


def _city(topology: Topology, box: Box) -> str:
    hazards = ", ".join(topology.cities[box.name].hazards)
    note = _text(box.right - 24, box.y + 27, f"hazards: {hazards}", "soft", "end")
    name = _text(box.x + 24, box.y + 27, box.name, "name")
    return "\n".join([_box(box, "city", 14), name, note if hazards else ""])


def _card(topology: Topology, box: Box, colours: dict[str, str]) -> str:
    site = topology.sites[box.name]
    x, y = box.x + 16, box.y + 28
    parts = [_box(box, "card"), _text(x, y, box.name, "name")]
    parts.append(_text(box.right - 16, y, f"{site.capacity.tps} tps", "soft", "end"))
    y += 8
    for name, role in roles_of(topology, box.name):
        y += LINE
        full = role == "preferred to lead"
        fill = colours[name] if full else PAPER
        parts.append(
            f'<circle cx="{x + 6:g}" cy="{y - 5:g}" r="5.5" fill="{fill}" '
            f'stroke="{colours[name]}" stroke-width="2"/>'
        )
        parts.append(_text(x + 20, y, f"{name} · {role}"))
    for line in _services(topology, box.name):
        y += LINE
        parts.append(_text(x, y, line, "soft"))
    return "\n".join(parts)


def _services(topology: Topology, site: str) -> list[str]:
    count = sum(len(record.answers.get(site, ())) for record in topology.dns.records.values())
    lines = [f"{count} public addresses"] if count else []
    if any(backup.copies[0] == site for backup in topology.backups.values()):
        lines.append("backup repository (pgBackRest)")
    return lines


def _line(path: str, stream: Replication, colours: dict[str, str]) -> str:
    dash = ' stroke-dasharray="6 5"' if stream.mode == "async" else ""
    return (
        f'<path d="{path}" fill="none" stroke="{colours[stream.database]}" stroke-width="2.2"'
        f'{dash} marker-end="url(#to-{stream.database})"/>'
    )


def _near(layout: Layout, near: list[Replication], colours: dict[str, str]) -> list[str]:
    """Streams of two neighbours: straight lines in the gap between their cards."""
    parts: list[str] = []
    for row, stream in enumerate(near):
        a, b = layout.sites[stream.source], layout.sites[stream.target]
        y = a.y + 36 + row * ROW
        start, end = (a.right, b.x) if a.x < b.x else (a.x, b.right)
        parts.append(_line(f"M{start:g} {y:g}H{end:g}", stream, colours))
        middle = (start + end) / 2
        parts.append(_text(middle, y - 8, stream.database, "label", "middle"))
        parts.append(_text(middle, y + 17, stream.label, "soft", "middle"))
    return parts


def _far(
    layout: Layout, stream: Replication, lane: int, ports: Ports, colours: dict[str, str]
) -> str:
    """A stream over a distance: down from the card, along a lane of its own, and up again."""
    a, b = layout.sites[stream.source], layout.sites[stream.target]
    y = layout.lanes + lane * LANE
    start, end = ports[lane, stream.source], ports[lane, stream.target]
    turn = 10 if start < end else -10
    path = (
        f"M{start:g} {a.bottom:g}V{y - 10:g}Q{start:g} {y:g} {start + turn:g} {y:g}"
        f"H{end - turn:g}Q{end:g} {y:g} {end:g} {y - 10:g}V{b.bottom + 2:g}"
    )
    text = f"{stream.database} · {stream.label}"
    size = width(text, LABEL, bold=True) + 18
    middle = _label(layout, a, b, size)
    ground = (
        f'<rect x="{middle - size / 2:g}" y="{y - 11:g}" width="{size:g}" height="22" '
        f'rx="6" fill="{PAPER}" stroke="{colours[stream.database]}"/>'
    )
    return "\n".join(
        [_line(path, stream, colours), ground, _text(middle, y + 5, text, "label", "middle")]
    )


def _label(layout: Layout, a: Box, b: Box, size: float) -> float:
    """The middle of a far stream's label: between cities, else between cards; on the canvas."""
    left, right = sorted((a, b), key=lambda box: box.x)
    city = next(box for box in layout.cities if box.x <= right.x <= box.right)
    before = max((box.right for box in layout.cities if box.right <= city.x), default=city.x)
    middle = (left.right + right.x) / 2 if city.x <= left.x else (before + city.x) / 2
    return min(max(middle, size / 2 + 4), layout.width - size / 2 - 4)


def _copies(topology: Topology, layout: Layout) -> list[str]:
    parts: list[str] = []
    for copy in copies(topology):
        if copy.source not in layout.sites or copy.target not in layout.small:
            continue
        a, b = layout.sites[copy.source], layout.small[copy.target]
        turn = b.y - 14 if copy.target in layout.inside else layout.cities[0].bottom + 30
        start = a.right - 20
        parts.append(
            f'<path d="M{start:g} {a.bottom:g}V{turn:g}H{b.middle:g}V{b.y - 1:g}" fill="none" '
            f'stroke="{FAINT}" stroke-width="1.8" stroke-dasharray="3 4" '
            f'marker-end="url(#to-copy)"/>'
        )
        ship = topology.backups[copy.backup].log
        text = f"{copy.backup} backups"
        text += f", log within {format_duration(ship.ship)}" if ship else ""
        left, right = sorted((start, b.middle))
        fits = left - 12 - width(text, SOFT) > 0
        x, anchor = (left - 12, "end") if fits else (right + 12, "start")
        parts.append(_text(x, turn + 4, text, "soft", anchor))
    return parts


def _small(topology: Topology, box: Box) -> str:
    note = note_of(topology, box.name)
    name = _text(box.x + 16, box.y + 27, box.name, "name")
    return "\n".join([_box(box, "small"), name, _text(box.x + 16, box.y + 49, note, "soft")])


def _legend(layout: Layout) -> str:
    y = layout.height - 24
    said = (
        "● preferred to lead",
        "○ holds a copy",
        "solid line: acknowledges commits",
        "dashed: asynchronous",
        "dotted: backup copies",
    )
    return _text(36, y, "   |   ".join(said).replace(" ", "\u00a0"), "soft")
