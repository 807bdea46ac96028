"""Failure domains: which sites fall together because of how their buildings are powered."""

from dataclasses import dataclass
from itertools import combinations

from tricenter.topology.links import is_placed
from tricenter.topology.spec import Topology
from tricenter.topology.spec_facility import Facility

LONGEST_GENERATOR_START = 120.0
"""Seconds that batteries must bridge where the spec has no start time of generators; assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFate:
    """Two sites that one event takes together, and why."""

    sites: tuple[str, str]
    reason: str


def shared_fates(topology: Topology) -> tuple[SharedFate, ...]:
    """Every two sites that are one failure domain.

    They are, if a power station feeds both, or if they stand in one city and neither outlasts a
    blackout of its grid. Sites whose power the spec does not describe count as apart: nothing is
    known of them (`weak_points` says so).
    """
    found: list[SharedFate] = []
    for a, b in combinations(sorted(topology.sites), 2):
        here, there = topology.sites[a], topology.sites[b]
        common = sorted(set(here.facility.feeds) & set(there.facility.feeds))
        if common:
            reason = f"both are fed by {' and '.join(common)}"
            found.append(SharedFate(sites=(a, b), reason=reason))
        elif (
            here.city == there.city and no_own_power(here.facility) and no_own_power(there.facility)
        ):
            reason = f"neither outlasts a blackout of {here.city}"
            found.append(SharedFate(sites=(a, b), reason=reason))
    return tuple(found)


def no_own_power(facility: Facility) -> str | None:
    """Why a site goes dark in a blackout; None if it does not, or if its power is not described."""
    if not describes_power(facility):
        return None
    if not facility.generator:
        return "it has no generator"
    start = facility.generator_start
    if facility.ups is None:
        return "no battery bridges the start of its generator"
    if facility.ups < (LONGEST_GENERATOR_START if start is None else start):
        return "its batteries end before its generator runs"
    return None


def describes_power(facility: Facility) -> bool:
    """Whether the spec says anything of the site's power."""
    return bool(
        facility.feeds
        or facility.power is not None
        or facility.ups is not None
        or facility.generator is not None
    )


def weak_points(topology: Topology) -> tuple[str, ...]:
    """One sentence for each thing in a building that makes its site weaker than it looks."""
    said: list[str] = [
        f"{fate.sites[0]} and {fate.sites[1]} are one failure domain: {fate.reason}"
        for fate in shared_fates(topology)
    ]
    for name, site in sorted(topology.sites.items()):
        facility = site.facility
        dark = no_own_power(facility)
        if dark:
            said.append(f"{name} goes dark in a blackout of {site.city}: {dark}")
        elif (
            facility.generator
            and facility.fuel_contract
            and facility.generator < facility.fuel_contract
        ):
            said.append(f"{name} may run out of fuel before a delivery arrives")
        if len(facility.feeds) == 1:
            said.append(f"{name} hangs on one power feed, {facility.feeds[0]}")
    unknown = [
        n for n, site in sorted(topology.sites.items()) if not describes_power(site.facility)
    ]
    if unknown:
        said.append(f"nothing is said of the power of {', '.join(unknown)}: taken as independent")
    nowhere = [n for n, one in (*topology.witnesses.items(), *topology.vaults.items())
               if not is_placed(one)]  # fmt: skip
    if nowhere:
        said.append(
            f"nothing is said of where {', '.join(sorted(nowhere))} stand"
            f"{'s' if len(nowhere) == 1 else ''}: taken as lost with any city"
        )
    return tuple(said)
