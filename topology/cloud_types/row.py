"""What the project knows of a type of resource: one row, which everything about it is read from."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ByName:
    """Known by a chosen name, whether it is there or not: the provider's `id` in its arguments.

    What the provider calls a thing by is on its registry pages (2026-11-25).
    """

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ByTags:
    """Known by its tags on AWS: its id is the name in its ARN, or the ARN (`arn`)."""

    arn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ByTitle:
    """Known by its title and label in a list of Cloud Monitoring, whose member is named."""

    member: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ByAsking:
    """Known by a question of its own: the function `look` of drills/cloud/leftovers/*_begun.py."""

    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Made again by the next run, which the cloud takes for the same, since `why`."""

    why: str


Known = ByName | ByTags | ByTitle | ByAsking | Again


@dataclass(frozen=True, slots=True, kw_only=True)
class States:
    """How AWS tells that a thing is gone which it goes on listing.

    The `operation` of EC2, its argument for `ids`, the answer's `member`, the entry's `state`.
    """

    operation: str
    ids: str
    member: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list of Google's: its path, the member with the entries, where the labels are.

    `by` says what the path is repeated for; an entry without labels is known by its name.
    """

    service: str
    path: str
    member: str
    labels: str | None = "labels"
    by: Literal["project", "region", "zone"] = "project"


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudType:
    """A type of resource that components make, or a kind of thing that a cloud makes for one.

    `type` is Pulumi's token, None for what no component makes. `kind` is what leftovers call it: on
    AWS as in its ARN, on Google by its list. `holds` is what is lost with one that holds data.
    `known` is how one is found that a killed run was making, None for what no component makes.
    `removal` are the words of the cloud's own command that deletes one by hand, behind `aws` or
    `gcloud`; `goes` how AWS tells that it is gone; `listing` where Google lists it. `endpoint` is
    where the provider sends its calls, in its own words, if that is not called like the module.
    """

    type: str | None = None
    kind: str = ""
    holds: str = ""
    known: Known | None = None
    removal: str = ""
    goes: States | None = None
    listing: Listing | None = None
    endpoint: str = ""
