"""What an interrupted run had begun on Google Cloud: the id of each thing, for a state to have it.

An id is what Google's provider calls a thing by (its registry pages, 2026-11-25). Nearly all have a
chosen name and are known by that, whether they are there or not: a refresh drops what is not. What
Google numbers is found in its list. All else can be made again, which Google takes for the same.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tricenter.drills.cloud.leftovers import Begun, Find
from tricenter.drills.cloud.leftovers.gcp import STACK, is_switched_off
from tricenter.roles.gcp.rest import Google, NotThere, Refused
from tricenter.topology.cloud_types import by_type
from tricenter.topology.cloud_types.row import ByAsking, ByName, ByTitle
from tricenter.topology.gcp_names import label_value

Inputs = Mapping[str, Any]


def finder(stack: str) -> Find:
    """Finds what a stack, by its id, had begun to make."""
    google = Google()

    def find(kind: str, inputs: Inputs) -> Begun | None:
        try:
            return _begun(google, stack, kind, inputs)
        except (LookupError, StopIteration, NotThere):
            return None  # it was not even begun
        except Refused as error:
            if is_switched_off(error):
                return None
            raise

    return find


def _begun(google: Google, stack: str, kind: str, inputs: Inputs) -> Begun | None:
    row = by_type("gcp").get(f"gcp:{kind}")
    if row is None:
        return None
    match row.known:
        case ByName(id=known):
            return Begun(id=known.format_map(inputs))
        case ByTitle(member=member):
            return _monitored(google, stack, member, inputs)
        case ByAsking(look=look):
            return LOOKS[look](google, inputs)
        case _:
            return None


def _monitored(google: Google, stack: str, listed: str, inputs: Inputs) -> Begun:
    """By its title and label: of Monitoring's things, only the number is their own."""
    answer = google.get("MONITORING", f"v3/projects/{inputs['project']}/{listed}", pageSize="1000")

    def is_own(one: Inputs) -> bool:
        labels: Inputs = one.get("userLabels") or {}
        same_title = one.get("displayName") == inputs["displayName"]
        return same_title and labels.get(STACK) == label_value(stack)

    return _numbered(str(one["name"]) for one in answer[listed] if is_own(one))


def _version(google: Google, inputs: Inputs) -> Begun:
    """The newest version of a secret that is made once."""
    answer = google.get("SECRET_MANAGER", f"{inputs['secret']}/versions")
    return _numbered(str(one["name"]) for one in answer["versions"] if one["state"] == "ENABLED")


def _connection(google: Google, inputs: Inputs) -> Begun:
    del google
    network = str(inputs["network"]).replace("/", "%2F")
    return Begun(id=f"{network}:{inputs['service']}")


def _peering(google: Google, inputs: Inputs) -> Begun:
    del google
    return Begun(id=f"{str(inputs['network']).rpartition('/')[2]}/{inputs['name']}")


def _transfer(google: Google, inputs: Inputs) -> Begun:
    """By its description, which has the stack and the vault."""
    project = inputs["project"]
    query = f'{{"projectId": "{project}", "jobStatuses": ["ENABLED"]}}'
    answer = google.get("STORAGE_TRANSFER", "transferJobs", filter=query)
    jobs = (one for one in answer["transferJobs"] if one["description"] == inputs["description"])
    name = str(next(jobs)["name"])
    return Begun(id=f"{project}/{name.rpartition('/')[2]}", told={"name": name})


def _numbered(names: Iterable[str]) -> Begun:
    """The first of some names; the provider reads by the name that Google told, not by the id."""
    name = next(iter(names))
    return Begun(id=name, told={"name": name})


LOOKS: Mapping[str, Callable[[Google, Inputs], Begun]] = {
    "connection": _connection,
    "peering": _peering,
    "transfer": _transfer,
    "version": _version,
}
"""The questions, by the word that a type's row has for them."""
