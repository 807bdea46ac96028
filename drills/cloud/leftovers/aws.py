"""Leftovers on AWS: the tagging service's list of each region, and the lists that it lacks."""

import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tricenter.drills.cloud.leftovers import Leftover, Scan, ScanError, Stacks
from tricenter.drills.cloud.leftovers.aws_going import set_aside_the_going
from tricenter.roles.aws.calls import Clients, NotThere, Regions
from tricenter.roles.interface import RoleError
from tricenter.topology.aws_names import cidr_collection
from tricenter.topology.clouds.catalog import catalog

Tags = Mapping[str, str]
STACK = "tricenter:stack"
GLOBAL_REGION = "us-east-1"
"""The region by which services that have none are asked."""
TAG_CALL_SIZE = 10
"""Route 53 tells the tags of at most ten things at once (checked 2026-11-24).

https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListTagsForResources.html
"""
AT_ONCE = 8


def scan(stacks: Stacks, places: tuple[str, ...]) -> Scan:
    """Everything with our tags in these regions, and what has no region."""
    regions = Regions(make=Clients(connect_s=5, read_s=60, attempts=5))
    found = Scan()
    wanted = _enabled(regions, places or tuple(catalog("aws").zones))

    def region(name: str) -> None:
        for look in (_tagged, _global_databases):
            with found.noting(f"{name} {look.__name__.strip('_')}"):
                found.found.update(_ours(look(regions, name), stacks))

    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        list(pool.map(region, wanted))
    for look in (_roles, _zones, _health_checks):
        with found.noting(look.__name__.strip("_")):
            found.found.update(_ours(look(regions, stacks), stacks))
    with found.noting("cidr_collections"):
        known = stacks or {entry.stack for entry in found.found}
        found.found.update(_ours(_cidr_collections(regions, known), stacks))
    set_aside_the_going(regions, found)
    return found


def _enabled(regions: Regions, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The wanted regions that the account has; in one that it has not, nothing can be."""
    try:
        answer = regions.call(
            os.environ.get("AWS_REGION", GLOBAL_REGION), "ec2", "describe_regions"
        )
    except RoleError as error:
        raise ScanError(f"AWS cannot be asked: {error}") from None
    known = {entry["RegionName"] for entry in answer["Regions"]}
    return tuple(name for name in wanted if name in known)


Item = tuple[str, Tags]
"""The ARN of a thing, and its tags."""


def _ours(items: Iterable[Item], stacks: Stacks) -> Iterator[Leftover]:
    for arn, tags in items:
        if STACK not in tags or (stacks is not None and tags[STACK] not in stacks):
            continue
        service, kind, name = split_arn(arn)
        yield Leftover(
            stack=tags[STACK],
            cloud="aws",
            kind=f"{service} {kind}".strip(),
            name=name,
            place=arn.split(":")[3] or "global",
            topology=tags.get("tricenter:topology", ""),
            run=tags.get("tricenter:runId", ""),
            expires=tags.get("tricenter:expires", ""),
            owner=arn.split(":")[4],
            reference=arn,
            label=tags.get("Name", ""),
        )


def split_arn(arn: str) -> tuple[str, str, str]:
    """The service, the kind (empty for a topic or a bucket) and the name that an ARN is made of.

    What an ARN names is `kind/name`, `kind:name` or `name`, as each service likes.
    """
    service, _, _, rest = arn.split(":", 5)[2:]
    cut = min((at for at in (rest.find("/"), rest.find(":")) if at >= 0), default=-1)
    return (service, rest[:cut], rest[cut + 1 :]) if cut >= 0 else (service, "", rest)


def _pages(
    regions: Regions,
    region: str,
    service: str,
    operation: str,
    member: str,
    tokens: tuple[str, str],
    **request: Any,
) -> Iterator[Any]:
    """Every entry of a list; `tokens` are its words for the next page: in answers, in requests."""
    told, asked = tokens
    while True:
        answer = regions.call(region, service, operation, **request)
        yield from answer.get(member) or ()
        if not answer.get(told):
            return
        request[asked] = answer[told]


def _tagged(regions: Regions, region: str) -> Iterator[Item]:
    """What the tagging service lists, which is most of it."""
    for entry in _pages(
        regions,
        region,
        "resourcegroupstaggingapi",
        "get_resources",
        "ResourceTagMappingList",
        ("PaginationToken", "PaginationToken"),
        TagFilters=[{"Key": STACK}],
    ):
        yield entry["ResourceARN"], _read(entry["Tags"])


def _global_databases(regions: Regions, region: str) -> Iterator[Item]:
    for entry in _pages(
        regions, region, "rds", "describe_global_clusters", "GlobalClusters", ("Marker", "Marker")
    ):
        yield entry["GlobalClusterArn"], _read(entry.get("TagList") or ())


def _roles(regions: Regions, stacks: Stacks) -> Iterator[Item]:
    """Roles, policies and instance profiles: the tagging service knows none of them everywhere."""
    pages: tuple[tuple[str, str, str, str, str, dict[str, Any]], ...] = (
        ("list_roles", "Roles", "RoleName", "list_role_tags", "RoleName", {}),
        (
            *("list_policies", "Policies", "Arn", "list_policy_tags", "PolicyArn"),
            {"Scope": "Local"},
        ),
        (
            *("list_instance_profiles", "InstanceProfiles", "InstanceProfileName"),
            *("list_instance_profile_tags", "InstanceProfileName"),
            {},
        ),
    )
    for operation, member, key, tags_of, argument, request in pages:
        marks = ("Marker", "Marker")
        for entry in _pages(regions, GLOBAL_REGION, "iam", operation, member, marks, **request):
            name = str(entry[key]).rpartition("/")[2]
            # Each costs a call of its own, and ours begin with their stack's id.
            if entry["Path"].startswith("/aws-") or (stacks and not name.startswith(tuple(stacks))):
                continue
            try:
                answer = regions.call(GLOBAL_REGION, "iam", tags_of, **{argument: entry[key]})
            except NotThere:
                continue  # gone since it was listed
            yield entry["Arn"], _read(answer["Tags"])


def _zones(regions: Regions, stacks: Stacks) -> Iterator[Item]:
    del stacks
    yield from _of_route53(regions, "list_hosted_zones", "HostedZones", "hostedzone")


def _health_checks(regions: Regions, stacks: Stacks) -> Iterator[Item]:
    del stacks
    yield from _of_route53(regions, "list_health_checks", "HealthChecks", "healthcheck")


def cidr_collections(regions: Regions) -> Iterator[Mapping[str, Any]]:
    """Every collection of CIDR blocks of the account, as Route 53 tells of it."""
    pages = ("NextToken", "NextToken")
    return _pages(
        regions, GLOBAL_REGION, "route53", "list_cidr_collections", "CidrCollections", pages
    )


def _cidr_collections(regions: Regions, stacks: Iterable[str]) -> Iterator[Item]:
    """They take no tags (checked 2026-12-01): each is known by the name that its stack gives it.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateCidrCollection.html
    """
    owners = {cidr_collection(stack): stack for stack in stacks}
    for entry in cidr_collections(regions):
        if entry["Name"] in owners:
            yield entry["Arn"], {STACK: owners[entry["Name"]], "Name": entry["Name"]}


def _of_route53(regions: Regions, operation: str, member: str, kind: str) -> Iterator[Item]:
    marks = ("NextMarker", "Marker")
    listed = _pages(regions, GLOBAL_REGION, "route53", operation, member, marks)
    ids = [str(entry["Id"]).rpartition("/")[2] for entry in listed]
    for start in range(0, len(ids), TAG_CALL_SIZE):
        answer = regions.call(
            GLOBAL_REGION,
            "route53",
            "list_tags_for_resources",
            ResourceType=kind,
            ResourceIds=ids[start : start + TAG_CALL_SIZE],
        )
        for entry in answer["ResourceTagSets"]:
            yield f"arn:aws:route53:::{kind}/{entry['ResourceId']}", _read(entry["Tags"])


def _read(tags: Iterable[Mapping[str, str]]) -> Tags:
    return {tag["Key"]: tag["Value"] for tag in tags}
