"""Where the boxes of the picture stand, in pixels, each as wide as what is written in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from tricenter.topology.graph.edges import Replication, roles_of
from tricenter.topology.graph.measure import width
from tricenter.topology.graph.notes import note_of, sentences
from tricenter.topology.links import city_around
from tricenter.topology.spec import Topology

MARGIN = 36
LEAST_CARD = 250
LEAST_GAP = 150
CITY_PADDING = 24
CITY_HEAD = 40
LEAST_CITY_GAP = 236
LINE = 22
LANE = 34
ROW = 46
SMALL_HEIGHT = 64
SMALL_GAP = 24
TITLE = 74
NAME, TEXT, SOFT, LABEL = 17, 14, 13, 12.5
"""Sizes of the fonts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle of the picture."""

    name: str
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The boxes of one picture; `lanes` is where lines between far sites run.

    `inside` has the small boxes that stand in a city's box: they are lost with it.
    """

    width: float
    height: float
    dns: Box
    cities: tuple[Box, ...]
    sites: Mapping[str, Box]
    small: Mapping[str, Box]
    inside: frozenset[str]
    lanes: float


def near_streams(
    topology: Topology, streams: Iterable[Replication]
) -> Mapping[tuple[str, ...], list[Replication]]:
    """The streams between neighbours in one city, by the two sites."""
    order = site_order(topology)
    found: dict[tuple[str, ...], list[Replication]] = {}
    for stream in streams:
        same = topology.sites[stream.source].city == topology.sites[stream.target].city
        if same and abs(order.index(stream.source) - order.index(stream.target)) == 1:
            found.setdefault(tuple(sorted((stream.source, stream.target))), []).append(stream)
    return found


def site_order(topology: Topology) -> list[str]:
    """The sites from left to right; cities with most sites come first: the active pair reads left
    of the remote."""

    def first(site: str) -> tuple[int, str, str]:
        city = topology.sites[site].city
        return -sum(1 for s in topology.sites.values() if s.city == city), city, site

    return sorted(topology.sites, key=first)


def place(topology: Topology, streams: Sequence[Replication]) -> Layout:
    """The layout of a topology with these streams between its sites."""
    near = near_streams(topology, streams)
    lanes = len(streams) - sum(map(len, near.values()))
    rules = sentences(topology)
    dns_height = 44 + LINE * max(len(rules), 1)
    top = TITLE + dns_height + 44
    lines = max(len(roles_of(topology, name)) for name in topology.sites) + 2
    card_height = max(56 + LINE * lines, 56 + ROW * max(map(len, near.values()), default=0))
    below, standing = _small_ones(topology)
    small_width = max((_small_width(topology, name) for name in [*below, *standing]), default=0.0)
    small_row = SMALL_HEIGHT + 30 if standing else 0
    city_height = CITY_HEAD + card_height + 20 + lanes * LANE + 10 + small_row
    cities, sites, small = _cities(topology, standing, small_width, top, card_height, city_height)
    small_top = top + city_height + 64
    wide = max(
        max(city.right for city in cities) + MARGIN,
        2 * MARGIN + len(below) * (small_width + SMALL_GAP),
        2 * MARGIN + 40 + max((width(text, TEXT) for text in rules), default=0.0),
        2 * MARGIN + 60 + width(topology.dns.zone, NAME, bold=True) + 400,
        900,
    )
    gap = (wide - 2 * MARGIN - len(below) * small_width) / (len(below) + 1)
    for index, name in enumerate(below):
        x = MARGIN + gap + index * (small_width + gap)
        small[name] = Box(name=name, x=x, y=small_top, width=small_width, height=SMALL_HEIGHT)
    bottom = small_top + (SMALL_HEIGHT + 30 if below else -34)
    return Layout(
        width=round(wide),
        height=bottom + 60,
        dns=Box(name="dns", x=MARGIN, y=TITLE, width=round(wide) - 2 * MARGIN, height=dns_height),
        cities=tuple(cities),
        sites=sites,
        small=small,
        inside=frozenset(standing),
        lanes=top + CITY_HEAD + card_height + 34,
    )


def _cities(
    topology: Topology,
    standing: Mapping[str, str],
    small_width: float,
    top: float,
    card_height: float,
    city_height: float,
) -> tuple[list[Box], dict[str, Box], dict[str, Box]]:
    """The cities from left to right with their sites, and what else stands in them."""
    card = max(_card_width(topology, name) for name in topology.sites)
    labels = [width(name, LABEL, bold=True) for name in topology.databases]
    gap = ceil(max(LEAST_GAP, max(labels) + 24))
    order = site_order(topology)
    named = dict.fromkeys([topology.sites[site].city for site in order])
    named |= dict.fromkeys(sorted(standing.values()))
    cities: list[Box] = []
    sites: dict[str, Box] = {}
    small: dict[str, Box] = {}
    x: float = MARGIN
    for city in named:
        left, own = x + CITY_PADDING, [name for name in order if topology.sites[name].city == city]
        for index, name in enumerate(own):
            at = left + index * (card + gap)
            sites[name] = Box(name=name, x=at, y=top + CITY_HEAD, width=card, height=card_height)
        held = [name for name, where in standing.items() if where == city]
        for index, name in enumerate(held):
            at = left + index * (small_width + SMALL_GAP)
            y = top + city_height - SMALL_HEIGHT - 20
            small[name] = Box(name=name, x=at, y=y, width=small_width, height=SMALL_HEIGHT)
        inner = ceil(
            max(
                len(own) * (card + gap) - gap,
                len(held) * (small_width + SMALL_GAP) - SMALL_GAP,
                _head_width(topology, city),
            )
        )
        box = Box(name=city, x=x, y=top, width=inner + 2 * CITY_PADDING, height=city_height)
        cities.append(box)
        x = box.right + ceil(max(LEAST_CITY_GAP, max(labels) + 150))
    return cities, sites, small


def _small_ones(topology: Topology) -> tuple[list[str], dict[str, str]]:
    """Partners, witnesses and vaults outside, and the city of each that stands in one."""
    things = [
        *sorted(topology.partners.items()),
        *sorted(topology.witnesses.items()),
        *sorted(topology.vaults.items()),
    ]
    standing = {n: city for n, one in things if (city := city_around(topology, one)) is not None}
    return [name for name, _ in things if name not in standing], standing


def _card_width(topology: Topology, site: str) -> float:
    head = width(site, NAME, bold=True) + width(f"{topology.sites[site].capacity.tps} tps", SOFT)
    roles = [width(f"{name} · {role}", TEXT) + 20 for name, role in roles_of(topology, site)]
    return round(max(LEAST_CARD, head + 56, *(text + 32 for text in roles), 0))


def _small_width(topology: Topology, name: str) -> float:
    texts = width(name, NAME, bold=True), width(note_of(topology, name), SOFT)
    return round(max(LEAST_CARD, *(text + 32 for text in texts)))


def _head_width(topology: Topology, city: str) -> float:
    hazards = ", ".join(topology.cities[city].hazards)
    return width(city, NAME, bold=True) + width(f"hazards: {hazards}", SOFT) + 24
