"""Google's machines, as far as drills ask for them."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from tricenter.roles.gcp.rest import Google
from tricenter.topology.gcp_names import label_value
from tricenter.topology.plan import Plan


def machines_of(
    google: Google, plan: Plan, sites: tuple[str, ...], stack: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The path and the machine for each with the labels of a stack, in the zones of these sites."""
    zones = {
        (google.project(place.owner), place.zone)
        for site in sites
        if (place := plan.host(site).place) is not None and place.zone is not None
    }
    for project, zone in sorted(zones):
        query: dict[str, str] = {}
        while True:
            path = f"projects/{project}/zones/{zone}/instances"
            answer = google.get("COMPUTE", path, **query)
            for machine in cast(list[dict[str, Any]], answer.get("items") or []):
                labels: Mapping[str, str] = machine.get("labels") or {}
                if (
                    labels.get("tricenter-stack") == label_value(stack)
                    and labels.get("tricenter-site") in sites
                ):
                    yield f"{path}/{machine['name']}", machine
            if not answer.get("nextPageToken"):
                break
            query["pageToken"] = answer["nextPageToken"]
