"""AWS' documented actions of Fault Injection Service, and what a template says against them.

Neither botocore's model nor CloudFormation's schema (as cfn-lint 1.58.0 ships it, of 2026-10-20)
knows which actions there are: to both an action is any text. Checked 2026-12-01, the kinds that
templates of ours use:
https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
https://docs.aws.amazon.com/fis/latest/userguide/action-sequence.html
https://docs.aws.amazon.com/fis/latest/userguide/targets.html
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

SELECTION = re.compile(r"ALL|COUNT\([1-9]\d*\)|PERCENT\(([1-9]\d?|100)\)")
DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=12)
SCOPES = {"all", "availability-zone", "dynamodb", "prefix-list", "s3", "s3express", "vpc"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What an action is done to (the word for it, and its type), and which parameters it takes."""

    targets: str
    kind: str
    needed: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()


ACTIONS = {
    "aws:network:disrupt-connectivity": Action(
        targets="Subnets",
        kind="aws:ec2:subnet",
        needed=frozenset({"duration", "scope"}),
        optional=frozenset({"prefixListIdentifier"}),
    ),
    "aws:rds:failover-db-cluster": Action(targets="Clusters", kind="aws:rds:cluster"),
}
PARAMETERS = {
    "aws:ec2:subnet": {"availabilityZoneIdentifier", "vpc"},
    "aws:rds:cluster": {"writerAvailabilityZoneIdentifiers"},
}
"""By which attributes resources of a type can be chosen."""


def problems(template: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a template, as the request that makes it."""
    targets = template.get("targets", {})
    used = set[str]()
    for name, one in template["actions"].items():
        known = ACTIONS.get(one["actionId"])
        if known is None:
            yield f"{name}: {one['actionId']} is no documented action"
            continue
        yield from (f"{name}: {said}" for said in _parameters(known, one.get("parameters", {})))
        aimed = one.get("targets", {})
        used |= set(aimed.values())
        if set(aimed) != {known.targets}:
            yield f"{name}: it is done to {known.targets}, not to {sorted(aimed)}"
        for target in aimed.values():
            kind = targets.get(target, {}).get("resourceType")
            if kind != known.kind:
                yield f"{name}: it is done to {known.kind}, and {target} is {kind}"
    if unused := set(targets) - used:
        yield f"no action is done to {sorted(unused)}"
    for name, one in targets.items():
        yield from (f"{name}: {said}" for said in _target(one))


def _parameters(known: Action, given: Mapping[str, str]) -> Iterator[str]:
    if missing := known.needed - set(given):
        yield f"without {sorted(missing)}"
    if unknown := set(given) - known.needed - known.optional:
        yield f"it takes no {sorted(unknown)}"
    if "duration" in given:
        read = DURATION.fullmatch(given["duration"])
        hours, minutes, seconds = (int(part or 0) for part in read.groups()) if read else (0, 0, 0)
        if not SHORTEST <= timedelta(hours=hours, minutes=minutes, seconds=seconds) <= LONGEST:
            yield f"a duration is from a minute to twelve hours, not {given['duration']}"
    if "scope" in given and given["scope"] not in SCOPES:
        yield f"there is no scope {given['scope']}"


def _target(given: Mapping[str, Any]) -> Iterator[str]:
    if not SELECTION.fullmatch(given["selectionMode"]):
        yield f"there is no selection {given['selectionMode']}"
    if given.get("resourceArns") and (given.get("resourceTags") or given.get("filters")):
        yield "resources are named or found by tags and filters, not both"
    if unknown := set(given.get("parameters", {})) - PARAMETERS.get(given["resourceType"], set()):
        yield f"{given['resourceType']} is not chosen by {sorted(unknown)}"
