"""Tags of global clusters, whose ARNs have no region, which moto does not find."""

from collections.abc import Mapping
from typing import Any

from tricenter.offline.aws.server.call import Call, refuse
from tricenter.offline.aws.server.services.rds_global import every_global

SERVICE = "rds"


def _tagged(call: Call) -> Any:
    """The global cluster that a tag call is about, None if it is about something else."""
    arn = str(call.params["ResourceName"])
    if ":global-cluster:" not in arn:
        return None
    found = every_global(call.account).get(arn.rpartition(":")[2])
    return found or refuse("GlobalClusterNotFoundFault", f"{arn} not found")


def tags_of(call: Call) -> Mapping[str, Any] | None:
    """All tags."""
    found = _tagged(call)
    return None if found is None else {"TagList": found.tags}


def add_tags(call: Call) -> Mapping[str, Any] | None:
    """Set tags."""
    found = _tagged(call)
    if found is None:
        return None
    found.add_tags(call.params["Tags"])
    return {}


def remove_tags(call: Call) -> Mapping[str, Any] | None:
    """Take tags away."""
    found = _tagged(call)
    if found is None:
        return None
    found.remove_tags(call.params["TagKeys"])
    return {}


ANSWERS = {
    "ListTagsForResource": tags_of,
    "AddTagsToResource": add_tags,
    "RemoveTagsFromResource": remove_tags,
}
