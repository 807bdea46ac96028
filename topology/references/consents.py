"""Consents to a loss of data: each for one loss, given once."""

from collections.abc import Iterator

from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology


def check(topology: Topology) -> Iterator[Problem]:
    """Yield what is wrong about the consents."""
    seen: dict[str, int] = {}
    for index, consent in enumerate(topology.may_destroy):
        if seen.setdefault(consent.loss, index) != index:
            message = f"may_destroy[{seen[consent.loss]}] lets this through already: keep one"
            yield Problem(path=("may_destroy", index), id="duplicate-entry", message=message)
