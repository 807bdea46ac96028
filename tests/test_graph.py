"""The pictures show what the spec says, and the one in the documentation is the example's."""

from pathlib import Path
from xml.etree import ElementTree

from tricenter.topology.graph import mermaid, svg
from tricenter.topology.spec import Topology
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


def test_boxes_do_not_overlap() -> None:
    """Cards of sites and small boxes have room of their own, also with five sites."""
    from tricenter.topology.graph.layout import place

    spec = example()
    more = {f"site-{n}": spec.sites["tianfu"] for n in range(2)}
    wide = spec.model_copy(update={"sites": {**spec.sites, **more}})
    layout = place(wide, 4)
    boxes = [*layout.sites.values(), *layout.small.values()]
    for index, a in enumerate(boxes):
        assert 0 <= a.x and a.right <= layout.width and a.bottom <= layout.height
        for b in boxes[index + 1 :]:
            assert a.right <= b.x or b.right <= a.x or a.bottom <= b.y or b.bottom <= a.y


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
