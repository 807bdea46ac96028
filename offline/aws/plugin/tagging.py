"""How each service takes, changes and tells the tags of its resources."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# ruff: noqa: ARG005 - every service's functions have the same form

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import urlencode

from tricenter.offline.aws.plugin.cloud import ApiError, pick

Tags = Mapping[str, str]


class Asks(Protocol):
    """A resource at work, as far as its tags go."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    def call(self, operation: str, request: Mapping[str, Any], service: str = "") -> Any:
        """Ask its service."""
        ...


def pairs(tags: Tags) -> list[dict[str, str]]:
    """Tags as most services take them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def as_map(given: Any) -> dict[str, str]:
    """Tags from any form that a service answers with."""
    if isinstance(given, Mapping):
        return {str(key): str(value) for key, value in dict[Any, Any](given).items()}
    entries: Sequence[Any] = given or []
    low = [{key.lower().removeprefix("tag"): value for key, value in e.items()} for e in entries]
    return {entry["key"]: entry.get("value", "") for entry in low}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagging:
    """One service's way with tags."""

    member: str = "Tags"
    """The creating request's member; empty: tags are put on afterwards."""
    form: Callable[[Tags], Any] = pairs
    put: Callable[[Asks, str, Tags], Any]
    take: Callable[[Asks, str, list[str]], Any]
    get: Callable[[Asks, str], Any] | None = None
    """A call of its own that tells the tags; None: the description has them at `path`."""
    path: str = "Tags || TagList || tags || TagSet"

    def creating(self, tags: Tags, kind: str) -> dict[str, Any]:
        """The creating request's members for tags."""
        if self.member == "TagSpecifications":
            resource = kind.partition(":")[2]
            return {self.member: [{"ResourceType": resource, "Tags": pairs(tags)}]}
        return {self.member: self.form(tags)}

    def read(self, at: Asks, found: Mapping[str, Any], target: str) -> dict[str, str]:
        """The tags that a resource has; those of AWS itself are not counted."""
        given = self.get(at, target) if self.get else pick(self.path, found)
        return {key: value for key, value in as_map(given).items() if not key.startswith("aws:")}


def _by_arn(name: str, keys: str = "TagKeys", tags: str = "Tags") -> dict[str, Any]:
    """TagResource, UntagResource: the usual pair, with the service's names of the members."""
    return {
        "put": lambda at, to, new: at.call("TagResource", {name: to, tags: pairs(new)}),
        "take": lambda at, to, old: at.call("UntagResource", {name: to, keys: old}),
    }


def _maps_by_arn(name: str, keys: str, tags: str) -> dict[str, Any]:
    return {
        "form": dict,
        "put": lambda at, to, new: at.call("TagResource", {name: to, tags: dict(new)}),
        "take": lambda at, to, old: at.call("UntagResource", {name: to, keys: old}),
    }


def _kms(tags: Tags) -> list[dict[str, str]]:
    return [{"TagKey": key, "TagValue": value} for key, value in tags.items()]


def _lower(tags: Tags) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]


def _iam(thing: str, name: str) -> Tagging:
    return Tagging(
        put=lambda at, to, new: at.call(f"Tag{thing}", {name: to, "Tags": pairs(new)}),
        take=lambda at, to, old: at.call(f"Untag{thing}", {name: to, "TagKeys": old}),
    )


def _ec2(member: str = "TagSpecifications") -> Tagging:
    return Tagging(
        member=member,
        put=lambda at, to, new: at.call("CreateTags", {"Resources": [to], "Tags": pairs(new)}),
        take=lambda at, to, old: at.call(
            "DeleteTags", {"Resources": [to], "Tags": [{"Key": key} for key in old]}
        ),
    )


def _listing(name: str, path: str) -> Callable[[Asks, str], Any]:
    return lambda at, to: pick(path, at.call("ListTagsForResource", {name: to}))


def _ssm(kind: str) -> Tagging:
    def where(to: str) -> dict[str, str]:
        return {"ResourceType": kind, "ResourceId": to}

    return Tagging(
        put=lambda at, to, new: at.call("AddTagsToResource", {**where(to), "Tags": pairs(new)}),
        take=lambda at, to, old: at.call("RemoveTagsFromResource", {**where(to), "TagKeys": old}),
        get=lambda at, to: at.call("ListTagsForResource", where(to))["TagList"],
    )


def _route53(kind: str) -> Tagging:
    def change(at: Asks, to: str, **changes: Any) -> Any:
        request = {"ResourceType": kind, "ResourceId": to, **changes}
        return at.call("ChangeTagsForResource", request)

    return Tagging(
        member="",
        put=lambda at, to, new: change(at, to, AddTags=pairs(new)),
        take=lambda at, to, old: change(at, to, RemoveTagKeys=old),
        get=lambda at, to: pick(
            "ResourceTagSet.Tags",
            at.call("ListTagsForResource", {"ResourceType": kind, "ResourceId": to}),
        ),
    )


def _bucket_tags(at: Asks, bucket: str) -> dict[str, str]:
    try:
        return as_map(at.call("GetBucketTagging", {"Bucket": bucket})["TagSet"])
    except ApiError as error:
        if error.code == "NoSuchTagSet":
            return {}
        raise


def _with(at: Asks, bucket: str, new: Tags) -> dict[str, str]:
    """A bucket's tags are put as a whole."""
    return {**_bucket_tags(at, bucket), **new}


def _without(at: Asks, bucket: str, old: list[str]) -> dict[str, str]:
    return {key: value for key, value in _bucket_tags(at, bucket).items() if key not in old}


def _key(identity: str) -> dict[str, str]:
    bucket, _, key = identity.partition("/")
    return {"Bucket": bucket, "Key": key}


EC2_THINGS = (
    "vpc", "subnet", "security-group", "route-table", "vpc-peering-connection", "vpc-flow-log",
    "internet-gateway", "security-group-rule", "instance", "launch-template", "elastic-ip",
    "volume", "natgateway", "vpc-endpoint", "vpn-gateway", "customer-gateway",
    "vpn-connection",
)  # fmt: skip

TAGGING: Mapping[str, Tagging] = {
    **{f"ec2:{thing}": _ec2() for thing in EC2_THINGS},
    # Each side of a connection has tags of its own; its description shows the requester's.
    "ec2:vpc-peering-connection:after": replace(
        _ec2(""),
        get=lambda at, to: at.call(
            "DescribeTags", {"Filters": [{"Name": "resource-id", "Values": [to]}]}
        )["Tags"],
    ),
    "rds": Tagging(
        put=lambda at, to, new: at.call(
            "AddTagsToResource", {"ResourceName": to, "Tags": pairs(new)}
        ),
        take=lambda at, to, old: at.call(
            "RemoveTagsFromResource", {"ResourceName": to, "TagKeys": old}
        ),
        get=_listing("ResourceName", "TagList"),
    ),
    "kms": Tagging(
        form=_kms,
        put=lambda at, to, new: at.call("TagResource", {"KeyId": to, "Tags": _kms(new)}),
        take=lambda at, to, old: at.call("UntagResource", {"KeyId": to, "TagKeys": old}),
        get=lambda at, to: at.call("ListResourceTags", {"KeyId": to})["Tags"],
    ),
    "iam:role": _iam("Role", "RoleName"),
    "iam:profile": _iam("InstanceProfile", "InstanceProfileName"),
    "iam:policy": _iam("Policy", "PolicyArn"),
    "logs": Tagging(
        member="tags",
        **_maps_by_arn("resourceArn", "tagKeys", "tags"),
        get=_listing("resourceArn", "tags"),
    ),
    "cloudwatch": Tagging(**_by_arn("ResourceARN"), get=_listing("ResourceARN", "Tags")),
    "events": Tagging(**_by_arn("ResourceARN"), get=_listing("ResourceARN", "Tags")),
    "sns": Tagging(**_by_arn("ResourceArn"), get=_listing("ResourceArn", "Tags")),
    "secretsmanager": Tagging(**_by_arn("SecretId")),
    "dynamodb": Tagging(
        **_by_arn("ResourceArn"),
        get=lambda at, to: at.call("ListTagsOfResource", {"ResourceArn": to})["Tags"],
    ),
    "stepfunctions": Tagging(
        member="tags",
        form=_lower,
        put=lambda at, to, new: at.call("TagResource", {"resourceArn": to, "tags": _lower(new)}),
        take=lambda at, to, old: at.call("UntagResource", {"resourceArn": to, "tagKeys": old}),
        get=_listing("resourceArn", "tags"),
    ),
    "backup": Tagging(
        member="BackupVaultTags",
        **_maps_by_arn("ResourceArn", "TagKeyList", "Tags"),
        get=lambda at, to: at.call("ListTags", {"ResourceArn": to})["Tags"],
    ),
    "backup:plan": Tagging(
        member="BackupPlanTags",
        **_maps_by_arn("ResourceArn", "TagKeyList", "Tags"),
        get=lambda at, to: at.call("ListTags", {"ResourceArn": to})["Tags"],
    ),
    "backup:testing": Tagging(
        **_maps_by_arn("ResourceArn", "TagKeyList", "Tags"),
        get=lambda at, to: at.call("ListTags", {"ResourceArn": to})["Tags"],
    ),
    "s3:bucket": Tagging(
        member="",
        put=lambda at, to, new: at.call(
            "PutBucketTagging", {"Bucket": to, "Tagging": {"TagSet": pairs(_with(at, to, new))}}
        ),
        take=lambda at, to, old: at.call(
            "PutBucketTagging", {"Bucket": to, "Tagging": {"TagSet": pairs(_without(at, to, old))}}
        ),
    ),
    "s3:object": Tagging(
        member="Tagging",
        form=lambda tags: urlencode(dict(tags)),
        put=lambda at, to, new: at.call(
            "PutObjectTagging", {**_key(to), "Tagging": {"TagSet": pairs(new)}}
        ),
        take=lambda at, to, old: at.call("DeleteObjectTagging", _key(to)),
        get=lambda at, to: at.call("GetObjectTagging", _key(to))["TagSet"],
    ),
    "route53:hostedzone": _route53("hostedzone"),
    "route53:healthcheck": _route53("healthcheck"),
    "ssm:document": _ssm("Document"),
    "ssm:parameter": _ssm("Parameter"),
    "dlm": Tagging(**_maps_by_arn("ResourceArn", "TagKeys", "Tags")),
    "lambda": Tagging(
        **_maps_by_arn("Resource", "TagKeys", "Tags"),
        get=lambda at, to: at.call("ListTags", {"Resource": to})["Tags"],
    ),
    "fis": Tagging(member="tags", **_maps_by_arn("resourceArn", "tagKeys", "tags")),
    "arc-region-switch": Tagging(
        member="tags",
        **_maps_by_arn("arn", "resourceTagKeys", "tags"),
        get=lambda at, to: at.call("ListTagsForResource", {"arn": to})["resourceTags"],
    ),
}
