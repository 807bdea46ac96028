"""Targets by name, and the one that a spec is written for."""

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tricenter.topology.spec import Topology

TargetName = Literal["lab", "aws", "gcp", "mixed"]
"""Where a topology is deployed; mixed: each site on its own cloud."""


def target_of(topology: "Topology") -> TargetName:
    """The target that a spec is written for: the one cloud that all its sites name and no other,
    `mixed` where each site names one of both, else the lab."""
    clouds = {
        frozenset(name for name in ("aws", "gcp") if getattr(site, name) is not None)
        for site in topology.sites.values()
    }
    if clouds == {frozenset({"aws"})}:
        return "aws"
    if clouds == {frozenset({"gcp"})}:
        return "gcp"
    if clouds == {frozenset({"aws"}), frozenset({"gcp"})}:
        return "mixed"
    return "lab"
