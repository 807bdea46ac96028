"""Look-ups of single services: policy documents, zones, engine versions."""

import json
from typing import Any

from tricenter.offline.aws.plugin.cloud import ApiError, Cloud
from tricenter.offline.aws.plugin.values import Props


def policy_document(cloud: Cloud, given: Props) -> Props:
    """A policy document as JSON, in the real provider's own form."""
    del cloud
    statements = [_statement(statement) for statement in given.get("statements", [])]
    document: dict[str, Any] = {"Version": given.get("version", "2012-10-17")}
    if given.get("policyId"):
        document["Id"] = given["policyId"]
    document["Statement"] = statements
    plain = json.dumps(document, separators=(",", ":"))
    return {"id": str(len(plain)), "json": json.dumps(document, indent=2), "minifiedJson": plain}


def _statement(given: Props) -> dict[str, Any]:
    made: dict[str, Any] = {"Sid": given["sid"]} if given.get("sid") else {}
    made["Effect"] = given.get("effect", "Allow")
    lists = {
        "actions": "Action",
        "notActions": "NotAction",
        "resources": "Resource",
        "notResources": "NotResource",
    }
    for name, api in lists.items():
        if given.get(name):
            made[api] = _one_or_all(given[name])
    for name, api in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        for principal in given.get(name, []):
            kind, who = principal["type"], _one_or_all(principal["identifiers"])
            everyone = kind == "*" and who == "*"
            made[api] = "*" if everyone else {**made.get(api, {}), kind: who}
    for condition in given.get("conditions", []):
        tests = made.setdefault("Condition", {}).setdefault(condition["test"], {})
        tests[condition["variable"]] = _one_or_all(condition["values"])
    return made


def _one_or_all(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else sorted(values)


def zone(cloud: Cloud, given: Props) -> Props:
    """A hosted zone by id or by name."""
    if given.get("zoneId"):
        name = given["zoneId"]
    else:
        wanted = str(given["name"]).rstrip(".") + "."
        zones = cloud.call("route53", "ListHostedZones", {})["HostedZones"]
        private = bool(given.get("privateZone", False))
        fitting = [
            z["Id"].rpartition("/")[2]
            for z in zones
            if z["Name"] == wanted and z["Config"]["PrivateZone"] == private
        ]
        if len(fitting) != 1:
            raise ApiError("GetZone", "NoSuchHostedZone", f"{len(fitting)} zones called {wanted}")
        name = fitting[0]
    found = cloud.call("route53", "GetHostedZone", {"Id": name})
    servers = found.get("DelegationSet", {}).get("NameServers", [])
    return {
        "id": name,
        "zoneId": name,
        "arn": f"arn:aws:route53:::hostedzone/{name}",
        "name": found["HostedZone"]["Name"].rstrip("."),
        "nameServers": servers,
        "primaryNameServer": servers[0] if servers else "",
        "privateZone": found["HostedZone"]["Config"]["PrivateZone"],
        "comment": found["HostedZone"]["Config"].get("Comment", ""),
        "callerReference": found["HostedZone"]["CallerReference"],
        "resourceRecordSetCount": found["HostedZone"]["ResourceRecordSetCount"],
        "tags": {},
    }


def engine_version(cloud: Cloud, given: Props) -> Props:
    """An engine's version that is known, the newest of what fits."""
    request: Props = {"Engine": given["engine"]}
    if given.get("version"):
        request["EngineVersion"] = given["version"]
    region = given.get("region") or cloud.region
    versions = cloud.call("rds", "DescribeDBEngineVersions", request, region)["DBEngineVersions"]
    if not versions:
        what = f"{given['engine']} {given.get('version', '')}".strip()
        raise ApiError("DescribeDBEngineVersions", "NotFound", f"no engine version {what}")
    newest = max(versions, key=lambda v: [int(part) for part in v["EngineVersion"].split(".")])
    family = newest["DBParameterGroupFamily"]
    return {
        "id": newest["EngineVersion"],
        "engine": given["engine"],
        "region": region,
        "version": newest["EngineVersion"],
        "versionActual": newest["EngineVersion"],
        "parameterGroupFamily": family,
        "supportsGlobalDatabases": newest.get("SupportsGlobalDatabases", False),
        "supportsReadReplica": newest.get("SupportsReadReplica", False),
        "status": newest.get("Status", "available"),
    }


LOOKUPS = {
    "aws:iam/getPolicyDocument:getPolicyDocument": policy_document,
    "aws:route53/getZone:getZone": zone,
    "aws:rds/getEngineVersion:getEngineVersion": engine_version,
}
