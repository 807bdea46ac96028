"""Google's IAM: roles that give everything in a project."""

from collections.abc import Iterator

from tricenter.policies.resources.facts import Fact, Grant
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.values import UNKNOWN

EVERYTHING = frozenset({"roles/owner", "roles/editor"})


def member(made: Resource) -> Iterator[Fact]:
    """A role that is given to somebody."""
    role = made.text("role")
    yield Grant(
        place=made.place,
        title=f"role of {made.name}",
        everything=UNKNOWN if role is UNKNOWN else role in EVERYTHING,
        what=str(role),
    )


READS = {
    "gcp:projects/iAMMember:IAMMember": member,
    "gcp:projects/iAMBinding:IAMBinding": member,
}
