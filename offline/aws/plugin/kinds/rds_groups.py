"""Subnet groups and parameter groups."""

# ruff: noqa: ARG005 - the functions of a row all have the same form

from collections.abc import Callable
from typing import Any

from tricenter.offline.aws.plugin.kind import At, Kind, called, described
from tricenter.offline.aws.plugin.sdk import sdk_of
from tricenter.offline.aws.plugin.values import Props

SUBNET_GROUP = Kind(
    sdk_name="rds.SubnetGroup",
    service="rds",
    create="CreateDBSubnetGroup",
    identity="answer.DBSubnetGroup.DBSubnetGroupName",
    find=described(
        "DescribeDBSubnetGroups", lambda at: {"DBSubnetGroupName": at.id}, "DBSubnetGroups[0]"
    ),
    delete=called("DeleteDBSubnetGroup", lambda at: {"DBSubnetGroupName": at.id}),
    gone=frozenset({"DBSubnetGroupNotFoundFault"}),
    names={
        "name": "DBSubnetGroupName",
        "namePrefix": "",
        "description": "DBSubnetGroupDescription",
        "subnetIds": "SubnetIds",
    },
    request=lambda props: {
        "DBSubnetGroupDescription": props.get("description", "Managed by Pulumi")
    },
    modify="ModifyDBSubnetGroup",
    target=lambda at: {"DBSubnetGroupName": at.id},
    replace=frozenset({"name"}),
    reads={
        "name": "DBSubnetGroupName",
        "description": "DBSubnetGroupDescription",
        "arn": "DBSubnetGroupArn",
        "subnetIds": "",
    },
    outputs=lambda at, found: {
        "subnetIds": [subnet["SubnetIdentifier"] for subnet in found["Subnets"]]
    },
    autoname="name",
    tagged=lambda at, found: at.arn(f"subgrp:{at.id}"),
)


def _parameters(given: list[Props]) -> list[dict[str, Any]]:
    return [
        {
            "ParameterName": parameter["name"],
            "ParameterValue": str(parameter["value"]),
            "ApplyMethod": parameter.get("applyMethod", "immediate"),
        }
        for parameter in given
    ]


def _settle(modify: str, reset: str, name: str) -> Callable[[At, Props | None], None]:
    def settle(at: At, old: Props | None) -> None:
        before = {p["name"]: p for p in (old or {}).get("parameters", [])}
        wanted = {p["name"]: p for p in at.props.get("parameters", [])}
        new = _parameters([p for key, p in wanted.items() if before.get(key) != p])
        gone = _parameters([p for key, p in before.items() if key not in wanted])
        # The API takes twenty at a time.
        for start in range(0, len(new), 20):
            at.call(modify, {name: at.id, "Parameters": new[start : start + 20]})
        if gone:
            at.call(reset, {name: at.id, "Parameters": gone})

    return settle


def _find(describe: str, name: str, path: str, parameters: str) -> Callable[[At], Any]:
    def find(at: At) -> Any:
        found = described(describe, lambda at: {name: at.id}, f"{path}[0]")(at)
        if not found:
            return None
        answer = at.call(parameters, {name: at.id, "Source": "user"})
        ours = {p["name"] for p in at.props.get("parameters", [])}
        told = [p for p in answer["Parameters"] if p.get("ParameterValue") is not None]
        return {
            **found,
            "UserParameters": [
                {
                    "name": p["ParameterName"],
                    "value": p["ParameterValue"],
                    "applyMethod": p.get("ApplyMethod", "immediate"),
                }
                for p in told
                if p.get("Source", "user") == "user" or p["ParameterName"] in ours
            ],
        }

    return find


def _group(sdk: str, infix: str, tag: str) -> Kind:
    name = f"DB{infix}ParameterGroupName"
    return Kind(
        sdk_name=sdk,
        service="rds",
        create=f"CreateDB{infix}ParameterGroup",
        identity=f"answer.DB{infix}ParameterGroup.{name}",
        find=_find(
            f"DescribeDB{infix}ParameterGroups",
            name,
            f"DB{infix}ParameterGroups",
            f"DescribeDB{infix}Parameters",
        ),
        delete=called(f"DeleteDB{infix}ParameterGroup", lambda at: {name: at.id}),
        gone=frozenset({"DBParameterGroupNotFound", "DBClusterParameterGroupNotFound"}),
        names={"name": name, "namePrefix": "", "family": "DBParameterGroupFamily"},
        own=frozenset({"parameters", "skipDestroy"}) & sdk_of(sdk).arguments.keys(),
        request=lambda props: {"Description": props.get("description", "Managed by Pulumi")},
        settle=_settle(f"ModifyDB{infix}ParameterGroup", f"ResetDB{infix}ParameterGroup", name),
        replace=frozenset({"name", "family", "description"}),
        reads={
            "name": name,
            "family": "DBParameterGroupFamily",
            "arn": f"DB{infix}ParameterGroupArn",
            "parameters": "UserParameters",
        },
        autoname="name",
        tagged=lambda at, found: at.arn(f"{tag}:{at.id}"),
    )


KINDS = [
    SUBNET_GROUP,
    _group("rds.ClusterParameterGroup", "Cluster", "cluster-pg"),
    _group("rds.ParameterGroup", "", "pg"),
]
