"""Power feeds and carriers: things that the spec only names, so one thing has one name."""

from collections.abc import Iterator

from tricenter.topology.errors import Path
from tricenter.topology.lookalikes import looks, mixed_scripts
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology


def check(topology: Topology) -> Iterator[Problem]:
    """Yield the names of feeds and carriers that a reader takes for another one.

    Two sites with one feed are one failure domain; a letter that only looks alike would hide it.
    """
    for what, words in (("power feed", _feeds(topology)), ("carrier", _carriers(topology))):
        seen: dict[str, tuple[str, Path]] = {}
        for path, word in words:
            scripts = mixed_scripts(word)
            if scripts:
                message = f"'{word}' mixes letters of {scripts}, which look alike: write one script"
                yield Problem(path=path, id="looks-alike", message=message)
                continue
            first, where = seen.setdefault(looks(word), (word, path))
            if first != word:
                message = (
                    f"the {what} '{word}' looks like '{first}' of {where[1]}: write both alike if "
                    "they are one, and tell them apart by more than that if they are two"
                )
                yield Problem(path=path, id="looks-alike", message=message)


def _feeds(topology: Topology) -> Iterator[tuple[Path, str]]:
    for name, site in topology.sites.items():
        for index, feed in enumerate(site.facility.feeds):
            yield ("sites", name, "facility", "feeds", index), feed


def _carriers(topology: Topology) -> Iterator[tuple[Path, str]]:
    for name, site in topology.sites.items():
        for index, carrier in enumerate(site.carriers):
            yield ("sites", name, "carriers", index), carrier
