"""Voices: one for each site and witness, an odd number, so that no cut leaves two halves."""

from collections.abc import Iterator, Sized

from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology


def check(topology: Topology) -> Iterator[Problem]:
    """Yield a problem if the number of voices is even."""
    voices = len(topology.sites) + len(topology.witnesses)
    if voices % 2:
        return
    counted = f"{_count(topology.sites, 'site')} and {_count(topology.witnesses, 'witness')}"
    mend = "add or remove a witness" if topology.witnesses else "add a witness"
    message = f"{counted} are {voices} voices: an odd number is needed, so {mend}"
    kind = "witnesses" if topology.witnesses else "sites"
    yield Problem(path=(kind,), id="even-voices", message=message, at="key")


def _count(named: Sized, word: str) -> str:
    """'no witness', '1 witness', '2 witnesses'."""
    plural = word + ("es" if word.endswith("s") else "s")
    return f"{len(named) or 'no'} {word if len(named) < 2 else plural}"
