"""Google's machines, as far as drills ask for them."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from tricenter.roles.gcp.rest import Google
from tricenter.topology.gcp_names import label_value


def machines_of(google: Google, project: str, stack: str) -> Iterator[dict[str, Any]]:
    """The machines with the label of a stack, in every zone of a project."""
    query = {"filter": f"labels.tricenter-stack={label_value(stack)}"}
    while True:
        path = f"projects/{project}/aggregated/instances"
        answer = google.get("COMPUTE", path, **query)
        zones = cast(dict[str, dict[str, Any]], answer.get("items") or {})
        for held in zones.values():
            for machine in held.get("instances") or ():
                labels: Mapping[str, str] = machine.get("labels") or {}
                if labels.get("tricenter-stack") == label_value(stack):
                    yield machine
        if not answer.get("nextPageToken"):
            return
        query["pageToken"] = answer["nextPageToken"]


def path_of_machine(project: str, machine: Mapping[str, Any]) -> str:
    """The path of a machine, from its project on."""
    zone = str(machine["zone"]).rpartition("/")[2]
    return f"projects/{project}/zones/{zone}/instances/{machine['name']}"
