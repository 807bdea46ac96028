"""Aurora global databases."""

# ruff: noqa: ARG005 - the functions of a row all have the same form

from typing import Any

from tricenter.offline.aws.plugin.kind import At, Found, Kind
from tricenter.offline.aws.plugin.values import Props


def find_global(at: At) -> Any:
    """A global cluster as the API describes it."""
    request = {"GlobalClusterIdentifier": at.id}
    return at.call("DescribeGlobalClusters", request)["GlobalClusters"][0]


def _members(found: Found) -> list[Props]:
    return [
        {"dbClusterArn": member["DBClusterArn"], "isWriter": member["IsWriter"]}
        for member in found.get("GlobalClusterMembers", [])
    ]


def _delete(at: At) -> None:
    if at.props.get("forceDestroy"):
        for member in find_global(at)["GlobalClusterMembers"]:
            request = {
                "GlobalClusterIdentifier": at.id,
                "DbClusterIdentifier": member["DBClusterArn"],
            }
            at.call("RemoveFromGlobalCluster", request)
    at.call("DeleteGlobalCluster", {"GlobalClusterIdentifier": at.id})


GLOBAL = Kind(
    sdk_name="rds.GlobalCluster",
    service="rds",
    create="CreateGlobalCluster",
    identity="answer.GlobalCluster.GlobalClusterIdentifier",
    find=find_global,
    delete=_delete,
    gone=frozenset({"GlobalClusterNotFoundFault"}),
    names={"sourceDbClusterIdentifier": "SourceDBClusterIdentifier"},
    own=frozenset({"forceDestroy"}),
    modify="ModifyGlobalCluster",
    # The real provider always allows it: it tries the major upgrade first.
    modify_with=lambda props, changed: (
        {"AllowMajorVersionUpgrade": True} if "engineVersion" in changed else {}
    ),
    target=lambda at: {"GlobalClusterIdentifier": at.id},
    replace=frozenset({"globalClusterIdentifier"}),
    reads={"arn": "GlobalClusterArn", "globalClusterMembers": ""},
    outputs=lambda at, found: {"globalClusterMembers": _members(found)},
    tagged=lambda at, found: at.arn(f"global-cluster:{at.id}", region=""),
    computed=frozenset({"engineVersion"}),
)

KINDS = [GLOBAL]
