"""The pictures show what the spec says, and the one in the documentation is the example's."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tricenter.topology.graph import mermaid, svg
from tricenter.topology.graph.edges import replications
from tricenter.topology.graph.layout import Box, Layout, place
from tricenter.topology.graph.measure import width
from tricenter.topology.spec import Topology
from tricenter.topology.spec_places import Witness
from tricenter.topology.validate import load

ROOT = Path(__file__).parent.parent


def example() -> Topology:
    return load(ROOT / "stacks/ledger.yaml")


def texts(picture: str) -> list[str]:
    return ["".join(node.itertext()) for node in ElementTree.fromstring(picture).iter()]


def test_the_documented_picture_is_of_the_example() -> None:
    """docs/ledger.svg is what `tricenter graph --as svg` draws."""
    assert (ROOT / "docs/ledger.svg").read_text() == svg(example())


def test_every_site_database_and_vault_is_drawn() -> None:
    """A name that the spec has is a text of the picture."""
    topology = example()
    shown = "\n".join(texts(svg(topology)))
    for name in (*topology.sites, *topology.cities, *topology.databases, *topology.vaults):
        assert name in shown


def grown(databases: int, **update: object) -> Topology:
    """The example with so many more databases, of the longest names that there may be."""
    spec = example()
    more = {
        f"ledger-{n:02}-{'w' * 20}": spec.databases["ledger-a" if n % 2 else "ledger-b"]
        for n in range(databases)
    }
    far = spec.databases["ledger-a"].model_copy(
        update={
            "prefer": "tianfu",
            "replicas": {"xihu": spec.databases["ledger-a"].replicas["xihu"]},
        }
    )
    found = {**spec.databases, **more, "from-afar": far}
    return spec.model_copy(update={"databases": found, **update})


def boxes(layout: Layout) -> list[Box]:
    return [*layout.sites.values(), *layout.small.values()]


@pytest.mark.parametrize("databases", [0, 3, 6, 30])
def test_lines_begin_and_end_at_their_boxes(databases: int) -> None:
    """However many databases there are, no line starts beside its card or leaves the canvas."""
    topology = grown(databases)
    layout = place(topology, replications(topology))
    drawn = ElementTree.fromstring(svg(topology))
    lines = [node.attrib for node in drawn.iter() if node.attrib.get("marker-end")]
    assert len(lines) == len(replications(topology)) + 1
    for line in lines:
        name = line["marker-end"].removeprefix("url(#to-").removesuffix(")")
        source = topology.databases[name].prefer if name != "copy" else "tianfu"
        ends = topology.databases[name].replicas if name != "copy" else ["cold-vault"]
        first, *_ = points = [float(n) for n in re.findall(r"-?[0-9.]+", line["d"])]
        assert touches(layout.sites[source], first, points[1]), line["d"]
        # A straight line ends at the side of a card, any other below or above its box.
        targets = [layout.sites.get(end) or layout.small[end] for end in ends]
        x, y = (points[-1], points[1]) if len(points) == 3 else (points[-2], points[-1])
        x = points[-3] if name != "copy" and len(points) > 3 else x
        assert any(touches(box, x, y) for box in targets), line["d"]
        assert all(0 <= n <= max(layout.width, layout.height) for n in points), line["d"]


def touches(box: Box, x: float, y: float) -> bool:
    """Whether a point is on the edge of a box, or as far from it as an arrow's head."""
    beside = x in (box.x, box.right) and box.y <= y <= box.bottom
    return beside or (box.x <= x <= box.right and min(abs(y - box.y), abs(y - box.bottom)) <= 2)


@pytest.mark.parametrize("databases", [0, 30])
def test_texts_stay_on_the_canvas(databases: int) -> None:
    """Also the longest names that a spec may have."""
    spec = example()
    long = "w" * 30
    sites = {long: spec.sites["xihu"], **spec.sites}
    topology = grown(databases, sites=sites, witnesses={"w" * 29: Witness(city="hangzhou")})
    drawn = ElementTree.fromstring(svg(topology))
    wide = float(drawn.attrib["width"])
    for node in drawn.iter("{http://www.w3.org/2000/svg}text"):
        size = 24 if node.attrib.get("class") == "title" else 14
        taken = width("".join(node.itertext()), size)
        shift = {"start": 0.0, "middle": taken / 2, "end": taken}[node.attrib["text-anchor"]]
        left = float(node.attrib["x"]) - shift
        assert left >= 0, "".join(node.itertext())
        assert left + taken <= wide, "".join(node.itertext())


def test_boxes_do_not_overlap() -> None:
    """Cards of sites and small boxes have room of their own, also with five sites."""
    spec = example()
    more = {f"site-{n}": spec.sites["tianfu"] for n in range(2)}
    topology = grown(4, sites={**spec.sites, **more}, witnesses={"judge": Witness(city="chengdu")})
    layout = place(topology, replications(topology))
    found = boxes(layout)
    for index, a in enumerate(found):
        assert a.x >= 0
        assert a.right <= layout.width
        assert a.bottom <= layout.height
        for b in found[index + 1 :]:
            assert a.right <= b.x or b.right <= a.x or a.bottom <= b.y or b.bottom <= a.y


@pytest.mark.parametrize("place_of", [{"city": "hangzhou"}, {"at": (30.25, 120.2)}])
def test_what_is_lost_with_a_city_is_drawn_in_it(place_of: dict[str, object]) -> None:
    """A witness inside the city is the fault that a picture must show; others stay outside."""
    topology = grown(
        0, witnesses={"inside": Witness(**place_of), "judge": Witness(at=(40.0, 116.0))}
    )
    layout = place(topology, replications(topology))
    city = next(box for box in layout.cities if box.name == "hangzhou")

    def within(name: str) -> bool:
        box = layout.small[name]
        return city.x <= box.x and box.right <= city.right and box.bottom <= city.bottom

    assert (within("inside"), within("judge")) == (True, False)
    lines = mermaid(topology).splitlines()
    begin, end = lines.index('  subgraph city_hangzhou["hangzhou"]'), len(lines)
    end = next(n for n in range(begin, end) if lines[n] == "  end")
    assert any("inside" in line for line in lines[begin:end])
    assert not any("judge" in line for line in lines[begin:end])


def test_asynchronous_streams_are_dashed() -> None:
    """A replica that does not acknowledge commits is drawn with another line."""
    spec = example()
    quiet = {
        name: database.model_copy(
            update={"commit": database.commit.model_copy(update={"mode": "async"})}
        )
        for name, database in spec.databases.items()
    }
    changed = spec.model_copy(update={"databases": quiet})
    assert svg(spec).count('stroke-dasharray="6 5"') == 0
    assert svg(changed).count('stroke-dasharray="6 5"') == 4
    assert "-.->" in mermaid(changed) and "==>" not in mermaid(changed)


def test_text_from_the_spec_is_escaped() -> None:
    """A hazard or a name cannot end a tag of the picture."""
    spec = example()
    zone = spec.dns.model_copy(update={"zone": "a<b>&.example"})
    ElementTree.fromstring(svg(spec.model_copy(update={"dns": zone})))
