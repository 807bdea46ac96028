"""Parts of generated code that do not depend on what a program does: lookups, lists."""

from tricenter.generate.expressions import literal
from tricenter.generate.graph import Lookup, reference


def refer(owner: str, path: tuple[str, ...]) -> str:
    """A reference as code."""
    return ".".join((owner, *path))


def test_a_lookup_is_named_by_what_it_asks() -> None:
    """Neither by its turn nor by the order of its arguments."""
    one = Lookup(token="aws:index/getRegion:getRegion", arguments={"a": 1, "b": 2})
    same = Lookup(token=one.token, arguments={"b": 2, "a": 1})
    other = Lookup(token=one.token, arguments={"a": 1})
    assert one.id == same.id
    assert len({one.id, other.id, Lookup(token="t", arguments={}).id}) == 3


def test_a_list_that_only_a_deployment_knows_is_whole() -> None:
    """It may have more elements than were made up; one that was put together has its own."""
    first, second = (reference("zone", ("nameServers", str(number))) for number in (0, 1))
    assert literal([first, second], refer) == "zone.nameServers"
    assert literal([second, first], refer) == "[zone.nameServers.1, zone.nameServers.0]"
    assert literal([first], refer) == "[zone.nameServers.0]"
    assert literal([first, "x"], refer) == "[zone.nameServers.0, 'x']"
