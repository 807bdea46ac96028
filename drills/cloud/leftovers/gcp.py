"""Leftovers on Google Cloud: each service's list, by label, or by name where none can be had.

Networks, subnets, firewalls, routers and identities take no labels; their names begin with their
stack's id. Such a thing is found when its stack is asked for, or has left anything with a label.
"""

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from typing import Any, cast

from tricenter.drills.cloud.leftovers import Leftover, Scan, ScanError, Stacks
from tricenter.roles.gcp.rest import Google, NotThere, Refused
from tricenter.roles.interface import RoleError
from tricenter.topology.cloud_types import types_of
from tricenter.topology.cloud_types.row import Listing
from tricenter.topology.clouds.catalog import catalog
from tricenter.topology.gcp_names import gcp_name, label_value

AT_ONCE = 8
STACK = "tricenter-stack"
SWITCHED_OFF = re.compile(r"has not been used in project|it is disabled|SERVICE_DISABLED")
"""How Google calls a service that the project has not: then nothing of it can be there."""
FORBIDDEN = 403


@cache
def listings() -> tuple[tuple[str, Listing], ...]:
    """Every list of Google's in which leftovers may be, with what they call its entries."""
    return tuple((row.kind, row.listing) for row in types_of("gcp") if row.listing is not None)


def scan(stacks: Stacks, places: tuple[str, ...]) -> Scan:
    """Everything with our labels or names; a place is a region, or `PROJECT/REGION`."""
    google = Google()
    try:
        projects = {place.rpartition("/")[0] or google.project(None) for place in places}
        projects = projects or {google.project(None)}
    except RoleError as error:
        raise ScanError(f"Google Cloud cannot be asked: {error}") from None
    regions = tuple(sorted({place.rpartition("/")[2] for place in places}))
    found, unlabelled = Scan(), set[Leftover]()

    def look(task: tuple[str, Listing, str, str]) -> None:
        kind, listing, project, place = task
        with found.noting(f"{project} {place} {kind}".replace("  ", " ")):
            for entry in _entries(google, listing, project, place):
                leftover = _read(kind, listing, entry, project, place)
                if leftover is not None:
                    (found.found if leftover.stack else unlabelled).add(leftover)

    tasks = list(_tasks(sorted(projects), regions or tuple(catalog("gcp").zones)))
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        list(pool.map(look, tasks))
    known = {label_value(stack): "" for stack in stacks or ()}
    wanted = frozenset(known) or None
    known |= {entry.stack: entry.topology for entry in found.found}
    found.found |= set(_named(unlabelled, known))
    found.found = {e for e in found.found if wanted is None or e.stack in wanted}
    return found


def is_switched_off(error: Refused) -> bool:
    """Whether a list is refused because the project does not use the service."""
    return error.status == FORBIDDEN and SWITCHED_OFF.search(str(error)) is not None


def _tasks(
    projects: list[str], regions: tuple[str, ...]
) -> Iterator[tuple[str, Listing, str, str]]:
    zones = catalog("gcp").zones
    wanted: Mapping[str, tuple[str, ...]] = {
        "project": ("",),
        "region": regions,
        "zone": tuple(zone for region in regions for zone in zones.get(region, ())),
    }
    for project in projects:
        for kind, listing in listings():
            for place in wanted[listing.by]:
                yield kind, listing, project, place


def _entries(
    google: Google, listing: Listing, project: str, place: str
) -> Iterator[Mapping[str, Any]]:
    path, _, query = listing.path.format(project=project, place=place).partition("?")
    asked = dict(pair.split("=", 1) for pair in query.split("&") if pair)
    while True:
        try:
            answer = google.get(listing.service, path, **asked)
        except NotThere:
            return  # a service or a zone that the project has not
        except Refused as error:
            if is_switched_off(error):
                return
            raise
        yield from answer.get(listing.member) or ()
        if not answer.get("nextPageToken"):
            return
        asked["pageToken"] = answer["nextPageToken"]


def _read(
    kind: str, listing: Listing, entry: Mapping[str, Any], project: str, place: str
) -> Leftover | None:
    """The thing, without a stack where it has no labels; None for one with labels of others."""
    if entry.get("deleted"):
        return None  # a role that was deleted is shown for a week
    labels: Any = entry
    for part in (listing.labels or "").split("."):
        labels = labels.get(part) or {} if part else {}
    told = cast(dict[str, str], labels)
    if listing.labels and STACK not in told:
        return None
    name = str(entry.get("email") or entry.get("name") or "").rpartition("/")[2]
    return Leftover(
        stack=told.get(STACK, ""),
        cloud="gcp",
        kind=kind,
        name=str(entry.get("displayName") or name) if listing.service == "MONITORING" else name,
        place=place or project,
        topology=told.get("tricenter-topology", ""),
        run=told.get("tricenter-run", ""),
        expires=told.get("tricenter-expires", ""),
        owner=project,
        reference=str(entry.get("name") or ""),
    )


def _named(things: set[Leftover], known: Mapping[str, str]) -> Iterator[Leftover]:
    """The things whose name begins as those of a known stack; of several, the longest one's."""
    own = {gcp_name(stack): stack for stack in sorted(known)}
    for thing in things:
        # A role's id has underscores for hyphens; an identity ends in its project's name.
        name = thing.name.replace("_", "-").partition("@")[0]
        starts = [start for start in own if name == start or name.startswith(f"{start}-")]
        if starts:
            stack = own[max(starts, key=len)]
            yield replace(thing, stack=stack, topology=known[stack])
