"""Hosted zones, records and health checks; Route 53 has no region."""

# ruff: noqa: ARG001 - the functions of a row all have the same form

import uuid
from collections.abc import Mapping
from typing import Any

from tricenter.offline.aws.plugin.kind import At, Found, Kind
from tricenter.offline.aws.plugin.values import Props, knows


def reference(props: Props) -> dict[str, Any]:
    """What makes a repeated request another one."""
    return {"CallerReference": str(uuid.uuid4())} if knows(props) else {"CallerReference": "later"}


def _find_zone(at: At) -> Any:
    found = at.call("GetHostedZone", {"Id": at.id})
    return {**found["HostedZone"], **{k: v for k, v in found.items() if k != "HostedZone"}}


def _zone_request(props: Props) -> dict[str, Any]:
    made = reference(props)
    vpcs = props.get("vpcs", [])
    if vpcs:
        made["VPC"] = {
            "VPCId": vpcs[0]["vpcId"],
            "VPCRegion": vpcs[0].get("vpcRegion", "us-east-1"),
        }
    made["HostedZoneConfig"] = {
        "Comment": props.get("comment", "Managed by Pulumi"),
        "PrivateZone": bool(vpcs),
    }
    return made


def _zone_vpcs(at: At, old: Props | None) -> None:
    names = {"vpcId": "VPCId", "vpcRegion": "VPCRegion"}
    before = (old or {}).get("vpcs", at.props.get("vpcs", [])[:1])
    for vpc in at.props.get("vpcs", []):
        if vpc not in before:
            request = {names[k]: v for k, v in vpc.items() if k in names}
            at.call("AssociateVPCWithHostedZone", {"HostedZoneId": at.id, "VPC": request})
    for vpc in before:
        if vpc not in at.props.get("vpcs", []):
            request = {names[k]: v for k, v in vpc.items() if k in names}
            at.call("DisassociateVPCFromHostedZone", {"HostedZoneId": at.id, "VPC": request})
    if old is not None and old.get("comment") != at.props.get("comment"):
        comment = at.props.get("comment", "")
        at.call("UpdateHostedZoneComment", {"Id": at.id, "Comment": comment})


def _delete_zone(at: At) -> None:
    if at.props.get("forceDestroy"):
        client = at.cloud.client("route53")
        for page in client.get_paginator("list_resource_record_sets").paginate(HostedZoneId=at.id):
            changes = [
                {"Action": "DELETE", "ResourceRecordSet": found}
                for found in page["ResourceRecordSets"]
                if found["Type"] not in {"NS", "SOA"}
            ]
            if changes:
                batch = {"Changes": changes}
                at.call("ChangeResourceRecordSets", {"HostedZoneId": at.id, "ChangeBatch": batch})
    at.call("DeleteHostedZone", {"Id": at.id})


def _zone_outputs(at: At, found: Found) -> Props:
    servers = sorted(found.get("DelegationSet", {}).get("NameServers", []))
    return {
        "arn": f"arn:aws:route53:::hostedzone/{at.id}",
        "zoneId": at.id,
        "name": str(found["Name"]).rstrip("."),
        "nameServers": servers,
        "primaryNameServer": servers[0] if servers else None,
        "comment": found.get("Config", {}).get("Comment"),
    }


ZONE = Kind(
    sdk_name="route53.Zone",
    service="route53",
    create="CreateHostedZone",
    identity="answer.HostedZone.Id",
    find=_find_zone,
    delete=_delete_zone,
    gone=frozenset({"NoSuchHostedZone"}),
    own=frozenset({"forceDestroy", "vpcs", "comment"}),
    request=_zone_request,
    settle=_zone_vpcs,
    reads={"name": "", "vpcs": "", "comment": ""},
    outputs=_zone_outputs,
    autoname="name",
    tagging="route53:hostedzone",
    regional=False,
    computed=frozenset({"comment"}),
)


def _check_target(props: Props) -> Mapping[str, str]:
    if "records" in props and "aliases" in props:
        return {"records": "conflicts with aliases"}
    if "records" not in props and "aliases" not in props:
        return {"records": "one of records and aliases is needed"}
    if "records" in props and "ttl" not in props:
        return {"ttl": "is needed with records"}
    policies = [name for name in POLICIES if name in props]
    if policies and "setIdentifier" not in props:
        return {"setIdentifier": f"is needed with {policies[0]}"}
    if "setIdentifier" in props and len(policies) != 1:
        return {"setIdentifier": f"needs exactly one of {', '.join(POLICIES)}"}
    return {}


POLICIES = (
    "cidrRoutingPolicy",
    "failoverRoutingPolicies",
    "geolocationRoutingPolicies",
    "geoproximityRoutingPolicy",
    "latencyRoutingPolicies",
    "multivalueAnswerRoutingPolicy",
    "weightedRoutingPolicies",
)


def _record_set(props: Props) -> dict[str, Any]:
    """A record set as the API takes it."""
    made: dict[str, Any] = {"Name": props.get("name"), "Type": props.get("type")}
    if props.get("ttl") is not None:
        made["TTL"] = props["ttl"]
    if "records" in props:
        made["ResourceRecords"] = [{"Value": value} for value in props["records"]]
    for alias in props.get("aliases", []):
        made["AliasTarget"] = {
            "HostedZoneId": alias["zoneId"],
            "DNSName": alias["name"],
            "EvaluateTargetHealth": alias["evaluateTargetHealth"],
        }
    simple = {
        "setIdentifier": "SetIdentifier",
        "healthCheckId": "HealthCheckId",
        "multivalueAnswerRoutingPolicy": "MultiValueAnswer",
    }
    made |= {api: props[name] for name, api in simple.items() if props.get(name) is not None}
    for policy in props.get("failoverRoutingPolicies", []):
        made["Failover"] = policy["type"]
    for policy in props.get("weightedRoutingPolicies", []):
        made["Weight"] = policy["weight"]
    for policy in props.get("latencyRoutingPolicies", []):
        made["Region"] = policy["region"]
    places = {"continent": "ContinentCode", "country": "CountryCode"}
    places["subdivision"] = "SubdivisionCode"
    for policy in props.get("geolocationRoutingPolicies", []):
        made["GeoLocation"] = {places[k]: v for k, v in policy.items() if v}
    if cidr := props.get("cidrRoutingPolicy"):
        names = {"collectionId": "CollectionId", "locationName": "LocationName"}
        made["CidrRoutingConfig"] = {api: cidr.get(name) for name, api in names.items()}
    return made


def _change(props: Props, action: str) -> dict[str, Any]:
    changes = [{"Action": action, "ResourceRecordSet": _record_set(props)}]
    return {"HostedZoneId": props.get("zoneId"), "ChangeBatch": {"Changes": changes}}


def _record_request(props: Props) -> dict[str, Any]:
    return _change(props, "UPSERT" if props.get("allowOverwrite") else "CREATE")


def _record_id(props: Props) -> str:
    parts = [props["zoneId"], props["name"], props["type"], props.get("setIdentifier")]
    return "_".join(str(part) for part in parts if part)


def _full(name: str) -> str:
    return name.lower().rstrip(".").replace("\\052", "*") + "."


def _find_record(at: At) -> Any:
    props = at.props if "zoneId" in at.props else _from_id(at.id)
    client = at.cloud.client("route53")
    pages = client.get_paginator("list_resource_record_sets").paginate(HostedZoneId=props["zoneId"])
    zone = at.call("GetHostedZone", {"Id": props["zoneId"]})["HostedZone"]["Name"]
    name = _full(props["name"])
    wanted = {name, f"{name}{zone}"}
    for page in pages:
        for found in page["ResourceRecordSets"]:
            same = _full(found["Name"]) in wanted and found["Type"] == props["type"]
            if same and found.get("SetIdentifier") == props.get("setIdentifier"):
                return {**found, "ZoneId": props["zoneId"]}
    return None


def _from_id(identity: str) -> Props:
    zone, name, kind, *rest = identity.split("_", 3)
    return {"zoneId": zone, "name": name, "type": kind, "setIdentifier": rest[0] if rest else None}


def _record_outputs(at: At, found: Found) -> Props:
    alias, cidr = found.get("AliasTarget"), found.get("CidrRoutingConfig")
    places = {"ContinentCode": "continent", "CountryCode": "country"}
    places["SubdivisionCode"] = "subdivision"
    geo = {places[k]: v for k, v in found.get("GeoLocation", {}).items()}
    return {
        "zoneId": found["ZoneId"],
        "name": _full(found["Name"]).rstrip("."),
        "type": found["Type"],
        "fqdn": _full(found["Name"]).rstrip("."),
        "ttl": found.get("TTL"),
        "records": [entry["Value"] for entry in found.get("ResourceRecords", [])] or None,
        "aliases": [
            {
                "name": str(alias["DNSName"]).rstrip("."),
                "zoneId": alias["HostedZoneId"],
                "evaluateTargetHealth": alias["EvaluateTargetHealth"],
            }
        ]
        if alias
        else None,
        "setIdentifier": found.get("SetIdentifier"),
        "healthCheckId": found.get("HealthCheckId"),
        "failoverRoutingPolicies": [{"type": found["Failover"]}] if "Failover" in found else None,
        "weightedRoutingPolicies": [{"weight": found["Weight"]}] if "Weight" in found else None,
        "latencyRoutingPolicies": [{"region": found["Region"]}] if "Region" in found else None,
        "geolocationRoutingPolicies": [geo] if geo else None,
        "multivalueAnswerRoutingPolicy": found.get("MultiValueAnswer"),
        "cidrRoutingPolicy": {
            "collectionId": cidr["CollectionId"],
            "locationName": cidr["LocationName"],
        }
        if cidr
        else None,
    }


def _delete_record(at: At) -> None:
    found = _find_record(at)
    if found is not None:
        record = {key: value for key, value in found.items() if key != "ZoneId"}
        batch = {"Changes": [{"Action": "DELETE", "ResourceRecordSet": record}]}
        request = {"HostedZoneId": found["ZoneId"], "ChangeBatch": batch}
        at.call("ChangeResourceRecordSets", request)


def _change_record(at: At, old: Props | None) -> None:
    if old is not None:
        at.call("ChangeResourceRecordSets", _change(at.props, "UPSERT"))


RECORD_PARTS = ("aliases", "records", "ttl", "healthCheckId", *POLICIES)
UNKNOWN_POLICIES = frozenset({"geoproximityRoutingPolicy"})
RECORD = Kind(
    sdk_name="route53.Record",
    service="route53",
    create="ChangeResourceRecordSets",
    identity="",
    identify_with=_record_id,
    find=_find_record,
    delete=_delete_record,
    gone=frozenset({"NoSuchHostedZone"}),
    names={"zoneId": "", "name": "", "type": "", "setIdentifier": ""},
    own=frozenset({*RECORD_PARTS, "allowOverwrite"}) - UNKNOWN_POLICIES,
    request=_record_request,
    settle=_change_record,
    reads=dict.fromkeys(("name", "type", "setIdentifier", *RECORD_PARTS), ""),
    outputs=_record_outputs,
    check=_check_target,
    regional=False,
)


KINDS = [ZONE, RECORD]
