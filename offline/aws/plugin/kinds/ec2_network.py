"""Networks: VPCs, subnets, gateways and the paths between VPCs."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# ruff: noqa: ARG001, ARG005 - the functions of a row all have the same form

from typing import Any

from tricenter.offline.aws.plugin.cloud import ApiError
from tricenter.offline.aws.plugin.kind import At, Found, Kind, called, described
from tricenter.offline.aws.plugin.values import Props


def _vpc_attributes(at: At, old: Props | None) -> None:
    # Both are on in a VPC's first life only as the provider's defaults say: support yes, names no.
    wanted = {
        "EnableDnsSupport": at.props.get("enableDnsSupport", True),
        "EnableDnsHostnames": at.props.get("enableDnsHostnames", False),
    }
    for attribute, value in wanted.items():
        at.call("ModifyVpcAttribute", {"VpcId": at.id, attribute: {"Value": value}})


def _find_vpc(at: At) -> Any:
    found = described("DescribeVpcs", lambda at: {"VpcIds": [at.id]}, "Vpcs[0]")(at)
    if not found:
        return None
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        answer = at.call("DescribeVpcAttribute", {"VpcId": at.id, "Attribute": attribute})
        found[attribute] = answer[attribute[0].upper() + attribute[1:]]["Value"]
    return found


def _vpc_outputs(at: At, found: Found) -> Props:
    filters = [{"Name": "vpc-id", "Values": [at.id]}]
    tables = at.call("DescribeRouteTables", {"Filters": filters})["RouteTables"]
    main = [t for t in tables if any(a.get("Main") for a in t.get("Associations", []))]
    groups = at.call("DescribeSecurityGroups", {"Filters": filters})["SecurityGroups"]
    default = next((g["GroupId"] for g in groups if g["GroupName"] == "default"), None)
    lists = at.call("DescribeNetworkAcls", {"Filters": filters})["NetworkAcls"]
    return {
        "arn": at.arn(f"vpc/{at.id}"),
        "defaultNetworkAclId": next((a["NetworkAclId"] for a in lists if a["IsDefault"]), None),
        "mainRouteTableId": main[0]["RouteTableId"] if main else None,
        "defaultRouteTableId": main[0]["RouteTableId"] if main else None,
        "defaultSecurityGroupId": default,
    }


VPC = Kind(
    sdk_name="ec2.Vpc",
    service="ec2",
    create="CreateVpc",
    identity="answer.Vpc.VpcId",
    find=_find_vpc,
    delete=called("DeleteVpc", lambda at: {"VpcId": at.id}),
    gone=frozenset({"InvalidVpcID.NotFound"}),
    own=frozenset({"enableDnsSupport", "enableDnsHostnames"}),
    settle=_vpc_attributes,
    outputs=_vpc_outputs,
    tagging="ec2:vpc",
)


def _subnet_attributes(at: At, old: Props | None) -> None:
    before = (old or {}).get("mapPublicIpOnLaunch", False)
    wanted = at.props.get("mapPublicIpOnLaunch", False)
    if wanted != before:
        request = {"SubnetId": at.id, "MapPublicIpOnLaunch": {"Value": wanted}}
        at.call("ModifySubnetAttribute", request)


SUBNET = Kind(
    sdk_name="ec2.Subnet",
    service="ec2",
    create="CreateSubnet",
    identity="answer.Subnet.SubnetId",
    find=described("DescribeSubnets", lambda at: {"SubnetIds": [at.id]}, "Subnets[0]"),
    delete=called("DeleteSubnet", lambda at: {"SubnetId": at.id}),
    gone=frozenset({"InvalidSubnetID.NotFound"}),
    own=frozenset({"mapPublicIpOnLaunch"}),
    settle=_subnet_attributes,
    reads={"arn": "SubnetArn"},
    tagging="ec2:subnet",
    computed=frozenset({"availabilityZoneId"}),
)


def _gateway_vpc(at: At, old: Props | None) -> None:
    before, wanted = (old or {}).get("vpcId"), at.props.get("vpcId")
    if before and before != wanted:
        at.call("DetachInternetGateway", {"InternetGatewayId": at.id, "VpcId": before})
    if wanted and before != wanted:
        at.call("AttachInternetGateway", {"InternetGatewayId": at.id, "VpcId": wanted})


def _delete_gateway(at: At) -> None:
    if at.props.get("vpcId"):
        try:
            request = {"InternetGatewayId": at.id, "VpcId": at.props["vpcId"]}
            at.call("DetachInternetGateway", request)
        except ApiError as error:
            if error.code != "Gateway.NotAttached":
                raise
    at.call("DeleteInternetGateway", {"InternetGatewayId": at.id})


INTERNET_GATEWAY = Kind(
    sdk_name="ec2.InternetGateway",
    service="ec2",
    create="CreateInternetGateway",
    identity="answer.InternetGateway.InternetGatewayId",
    find=described(
        "DescribeInternetGateways",
        lambda at: {"InternetGatewayIds": [at.id]},
        "InternetGateways[0]",
    ),
    delete=_delete_gateway,
    gone=frozenset({"InvalidInternetGatewayID.NotFound"}),
    own=frozenset({"vpcId"}),
    settle=_gateway_vpc,
    outputs=lambda at, found: {
        "arn": at.arn(f"internet-gateway/{at.id}"),
        "vpcId": next((a["VpcId"] for a in found.get("Attachments", [])), None),
    },
    tagging="ec2:internet-gateway",
)


def _find_flow_log(at: At) -> Any:
    return described("DescribeFlowLogs", lambda at: {"FlowLogIds": [at.id]}, "FlowLogs[0]")(at)


def _flow_log_request(props: Props) -> dict[str, Any]:
    targets = {"vpcId": "VPC", "subnetId": "Subnet", "eniId": "NetworkInterface"}
    return next(
        (
            {"ResourceIds": [props[name]], "ResourceType": kind}
            for name, kind in targets.items()
            if name in props
        ),
        {},
    )


FLOW_LOG = Kind(
    sdk_name="ec2.FlowLog",
    service="ec2",
    create="CreateFlowLogs",
    identity="answer.FlowLogIds[0]",
    find=_find_flow_log,
    delete=called("DeleteFlowLogs", lambda at: {"FlowLogIds": [at.id]}),
    gone=frozenset({"InvalidFlowLogId.NotFound"}),
    names={"vpcId": "", "subnetId": "", "eniId": "", "iamRoleArn": "DeliverLogsPermissionArn"},
    request=_flow_log_request,
    reads={"vpcId": "", "subnetId": "", "eniId": "", "iamRoleArn": "DeliverLogsPermissionArn"},
    outputs=lambda at, found: {"arn": at.arn(f"vpc-flow-log/{at.id}")},
    tagging="ec2:vpc-flow-log",
)


def _accept(at: At, old: Props | None) -> None:
    if at.props.get("autoAccept") and not (old or {}).get("autoAccept"):
        at.call("AcceptVpcPeeringConnection", {"VpcPeeringConnectionId": at.id})


def _find_peering(at: At) -> Any:
    found = described(
        "DescribeVpcPeeringConnections",
        lambda at: {"VpcPeeringConnectionIds": [at.id]},
        "VpcPeeringConnections[0]",
    )(at)
    # A deleted connection is still described for some time.
    if not found or found.get("Status", {}).get("Code") in {"deleted", "deleting", "rejected"}:
        return None
    return found


def _peering_outputs(at: At, found: Found) -> Props:
    accepter, requester = found.get("AccepterVpcInfo", {}), found.get("RequesterVpcInfo", {})
    return {
        "acceptStatus": found.get("Status", {}).get("Code"),
        "vpcId": requester.get("VpcId"),
        "peerVpcId": accepter.get("VpcId"),
        "peerOwnerId": accepter.get("OwnerId"),
        "peerRegion": accepter.get("Region"),
    }


PEERING_GONE = frozenset({"InvalidVpcPeeringConnectionId.NotFound"})
PEERING = Kind(
    sdk_name="ec2.VpcPeeringConnection",
    service="ec2",
    create="CreateVpcPeeringConnection",
    identity="answer.VpcPeeringConnection.VpcPeeringConnectionId",
    find=_find_peering,
    delete=called("DeleteVpcPeeringConnection", lambda at: {"VpcPeeringConnectionId": at.id}),
    gone=PEERING_GONE,
    own=frozenset({"autoAccept"}),
    settle=_accept,
    outputs=_peering_outputs,
    check=lambda props: (
        {"autoAccept": "cannot be used with peerRegion: use an accepter there"}
        if props.get("autoAccept") and props.get("peerRegion")
        else {}
    ),
    tagging="ec2:vpc-peering-connection",
    computed=frozenset({"peerOwnerId"}),
)


def _accepter_outputs(at: At, found: Found) -> Props:
    accepter, requester = found.get("AccepterVpcInfo", {}), found.get("RequesterVpcInfo", {})
    return {
        "acceptStatus": found.get("Status", {}).get("Code"),
        "vpcId": accepter.get("VpcId"),
        "peerVpcId": requester.get("VpcId"),
        "peerOwnerId": requester.get("OwnerId"),
        "peerRegion": requester.get("Region"),
    }


ACCEPTER = Kind(
    sdk_name="ec2.VpcPeeringConnectionAccepter",
    service="ec2",
    create="AcceptVpcPeeringConnection",
    identity="props.vpcPeeringConnectionId",
    find=_find_peering,
    # Deleting an accepter leaves the connection, as the real provider does.
    delete=lambda at: None,
    gone=PEERING_GONE,
    own=frozenset({"autoAccept"}),
    outputs=_accepter_outputs,
    check=lambda props: (
        {}
        if props.get("autoAccept")
        else {"autoAccept": "must be true here: nobody accepts by hand in an emulated cloud"}
    ),
    tagging="ec2:vpc-peering-connection:after",
)

KINDS = [VPC, SUBNET, INTERNET_GATEWAY, FLOW_LOG, PEERING, ACCEPTER]
