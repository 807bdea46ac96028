"""Where the boxes of the picture stand, in pixels."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from tricenter.topology.graph.edges import roles_of
from tricenter.topology.spec import Topology

MARGIN = 36
CARD_WIDTH = 250
CARD_GAP = 150
CITY_PADDING = 24
CITY_HEAD = 40
CITY_GAP = 236
LINE = 22
LANE = 34
SMALL_HEIGHT = 64
TITLE = 74


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
    """The boxes of one picture; `lanes` is where lines between far sites run."""

    width: float
    height: float
    dns: Box
    cities: tuple[Box, ...]
    sites: dict[str, Box]
    small: dict[str, Box]
    lanes: float


def place(topology: Topology, lanes: int) -> Layout:
    """The layout of a topology whose far streams need that many lanes below the cards."""
    by_city = groupby(
        sorted(topology.sites, key=lambda n: (_first(topology, n), n)), _city_of(topology)
    )
    rules = sum(len(record.rules) or 1 for record in topology.dns.records.values())
    dns_height = 44 + LINE * max(rules, 1)
    top = TITLE + dns_height + 44
    lines = max(len(roles_of(topology, name)) for name in topology.sites) + 2
    card_height = 56 + LINE * lines
    city_height = CITY_HEAD + card_height + 20 + lanes * LANE + 10
    cities: list[Box] = []
    sites: dict[str, Box] = {}
    x: float = MARGIN
    for city, names in by_city:
        left = x
        x += CITY_PADDING
        for name in names:
            sites[name] = Box(
                name=name, x=x, y=top + CITY_HEAD, width=CARD_WIDTH, height=card_height
            )
            x += CARD_WIDTH + CARD_GAP
        right = x - CARD_GAP + CITY_PADDING
        cities.append(Box(name=city, x=left, y=top, width=right - left, height=city_height))
        x = right + CITY_GAP
    below = [*sorted(topology.partners), *sorted(topology.witnesses), *sorted(topology.vaults)]
    width = max(x - CITY_GAP + MARGIN, 2 * MARGIN + len(below) * (CARD_WIDTH + 24), 760)
    small_top = top + city_height + 64
    small = {
        name: Box(name=name, x=at, y=small_top, width=CARD_WIDTH, height=SMALL_HEIGHT)
        for name, at in zip(below, _spread(len(below), width), strict=True)
    }
    bottom = small_top + (SMALL_HEIGHT + 30 if below else -34)
    return Layout(
        width=width,
        height=bottom + 60,
        dns=Box(name="dns", x=MARGIN, y=TITLE, width=width - 2 * MARGIN, height=dns_height),
        cities=tuple(cities),
        sites=sites,
        small=small,
        lanes=top + CITY_HEAD + card_height + 34,
    )


def _first(topology: Topology, site: str) -> tuple[int, str]:
    """Cities with most sites come first: the active pair reads left of the remote."""
    city = topology.sites[site].city
    return -sum(1 for s in topology.sites.values() if s.city == city), city


def _city_of(topology: Topology) -> Callable[[str], str]:
    def city_of(name: str) -> str:
        return topology.sites[name].city

    return city_of


def _spread(count: int, width: float) -> list[float]:
    free = width - 2 * MARGIN - count * CARD_WIDTH
    gap = free / (count + 1) if count else 0
    return [MARGIN + gap + index * (CARD_WIDTH + gap) for index in range(count)]
