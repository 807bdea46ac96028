"""Faults on clouds, each by the cloud's own means; one file a cloud.

What a fault changes carries the tags of its stack, or is a property that can be read again, so
that `heal` works after a drill was killed as well.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Protocol, cast

from tricenter.topology.placement import Cloud
from tricenter.topology.plan import Plan

Say = Callable[[str], None]
"""Takes a sentence for each call that is made."""


class CloudFaults(Protocol):
    """A module of this folder.

    `strike` breaks the sites of a scenario that stand on this cloud; `roles` say who leads. `heal`
    works from any state, twice in a row, and where nothing was ever broken; it says what it did.
    Both say every call that they make. RoleError where the cloud refuses one.
    """

    def strike(
        self,
        stack: str,
        plan: Plan,
        scenario: str,
        sites: tuple[str, ...],
        roles: Mapping[str, str],
        say: Say,
    ) -> None: ...

    def heal(self, stack: str, plan: Plan, say: Say) -> None: ...


def clouds_of_plan(plan: Plan) -> tuple[Cloud, ...]:
    """The clouds that a plan's sites and witnesses stand on."""
    return tuple(sorted({host.place.cloud for host in plan.hosts if host.place is not None}))


def faults_of(cloud: Cloud) -> CloudFaults:
    """The faults of a cloud."""
    return cast(CloudFaults, import_module(f"{__name__}.{cloud}"))


def sites_on(plan: Plan, cloud: Cloud, sites: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the sites that stand on a cloud."""
    found: list[str] = []
    for site in sites:
        place = plan.host(site).place
        if place is not None and place.cloud == cloud:
            found.append(site)
    return tuple(found)
