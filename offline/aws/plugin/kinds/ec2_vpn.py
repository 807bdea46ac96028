"""Ways to other clouds: gateways of both ends, connections with two tunnels, announced routes."""

import re
from typing import Any

from tricenter.offline.aws.plugin.kind import At, Found, Kind, called, described
from tricenter.offline.aws.plugin.values import Props

TUNNEL = re.compile(r"tunnel([12])(.)(.*)")
LISTS = {
    "ikeVersions": "IKEVersions",
    "phase1EncryptionAlgorithms": "Phase1EncryptionAlgorithms",
    "phase1IntegrityAlgorithms": "Phase1IntegrityAlgorithms",
    "phase1DhGroupNumbers": "Phase1DHGroupNumbers",
    "phase2EncryptionAlgorithms": "Phase2EncryptionAlgorithms",
    "phase2IntegrityAlgorithms": "Phase2IntegrityAlgorithms",
    "phase2DhGroupNumbers": "Phase2DHGroupNumbers",
}
SINGLE = {
    "insideCidr": "TunnelInsideCidr",
    "presharedKey": "PreSharedKey",
    "startupAction": "StartupAction",
    "dpdTimeoutAction": "DPDTimeoutAction",
}
GONE = frozenset({"InvalidVpnGatewayID.NotFound", "InvalidVpnGatewayAttachment.NotFound"})


def _attach(at: At, old: Props | None) -> None:
    if old is None and at.props.get("vpcId"):
        at.call("AttachVpnGateway", {"VpnGatewayId": at.id, "VpcId": at.props["vpcId"]})


def _remove_gateway(at: At) -> None:
    if at.props.get("vpcId"):
        at.call("DetachVpnGateway", {"VpnGatewayId": at.id, "VpcId": at.props["vpcId"]})
    at.call("DeleteVpnGateway", {"VpnGatewayId": at.id})


GATEWAY = Kind(
    sdk_name="ec2.VpnGateway",
    service="ec2",
    create="CreateVpnGateway",
    identity="answer.VpnGateway.VpnGatewayId",
    find=described("DescribeVpnGateways", lambda at: {"VpnGatewayIds": [at.id]}, "VpnGateways[0]"),
    delete=_remove_gateway,
    gone=GONE,
    names={"amazonSideAsn": ""},
    request=lambda props: {
        "Type": "ipsec.1",
        **({"AmazonSideAsn": int(props["amazonSideAsn"])} if props.get("amazonSideAsn") else {}),
    },
    own=frozenset({"vpcId"}),
    replace=frozenset({"vpcId"}),
    settle=_attach,
    outputs=lambda at, _: {"arn": at.arn(f"vpn-gateway/{at.id}")},
    reads={"amazonSideAsn": ""},
    tagging="ec2:vpn-gateway",
)

CUSTOMER = Kind(
    sdk_name="ec2.CustomerGateway",
    service="ec2",
    create="CreateCustomerGateway",
    identity="answer.CustomerGateway.CustomerGatewayId",
    find=described(
        "DescribeCustomerGateways",
        lambda at: {"CustomerGatewayIds": [at.id]},
        "CustomerGateways[?State!='deleted'] | [0]",
    ),
    delete=called("DeleteCustomerGateway", lambda at: {"CustomerGatewayId": at.id}),
    gone=frozenset({"InvalidCustomerGatewayID.NotFound"}),
    names={"bgpAsn": "", "bgpAsnExtended": ""},
    request=lambda props: {"BgpAsn": int(props["bgpAsn"])} if props.get("bgpAsn") else {},
    outputs=lambda at, _: {"arn": at.arn(f"customer-gateway/{at.id}")},
    reads={"bgpAsn": ""},
    tagging="ec2:customer-gateway",
)


def _connection(props: Props) -> dict[str, Any]:
    """The tunnels' arguments, which the SDK has side by side, as the API's list."""
    tunnels: list[dict[str, Any]] = [{}, {}]
    for name, value in props.items():
        match = TUNNEL.fullmatch(name)
        if not match or value is None:
            continue
        number, key = int(match[1]) - 1, match[2].lower() + match[3]
        if key in LISTS:
            tunnels[number][LISTS[key]] = [{"Value": one} for one in value]
        elif key in SINGLE:
            tunnels[number][SINGLE[key]] = value
        elif key == "logOptions":
            tunnels[number]["LogOptions"] = {"CloudWatchLogOptions": _logs(value)}
    static = props.get("staticRoutesOnly", False)
    return {"Options": {"StaticRoutesOnly": static, "TunnelOptions": tunnels}}


def _logs(given: Props) -> dict[str, Any]:
    found = given.get("cloudwatchLogOptions", {})
    names = {"logEnabled": "LogEnabled", "logGroupArn": "LogGroupArn",
             "logOutputFormat": "LogOutputFormat"}  # fmt: skip
    return {api: found[name] for name, api in names.items() if name in found}


def _outputs(at: At, found: Found) -> Props:
    made: Props = {
        "arn": at.arn(f"vpn-connection/{at.id}"),
        "customerGatewayConfiguration": found.get("CustomerGatewayConfiguration"),
    }
    for number, tunnel in enumerate(found["Options"]["TunnelOptions"], 1):
        made[f"tunnel{number}Address"] = tunnel["OutsideIpAddress"]
        made[f"tunnel{number}PresharedKey"] = tunnel["PreSharedKey"]
        made[f"tunnel{number}InsideCidr"] = tunnel.get("TunnelInsideCidr")
    return made


BUILT = {
    f"tunnel{number}{key[0].upper()}{key[1:]}": ""
    for number in (1, 2)
    for key in (*LISTS, *SINGLE, "logOptions")
}
CONNECTION = Kind(
    sdk_name="ec2.VpnConnection",
    service="ec2",
    create="CreateVpnConnection",
    identity="answer.VpnConnection.VpnConnectionId",
    find=described(
        "DescribeVpnConnections", lambda at: {"VpnConnectionIds": [at.id]}, "VpnConnections[0]"
    ),
    delete=called("DeleteVpnConnection", lambda at: {"VpnConnectionId": at.id}),
    gone=frozenset({"InvalidVpnConnectionID.NotFound"}),
    names={**BUILT, "staticRoutesOnly": ""},
    request=_connection,
    outputs=_outputs,
    reads={"routes": "", "vgwTelemetries": ""},
    tagging="ec2:vpn-connection",
    computed=frozenset(
        {f"tunnel{n}{key}" for n in (1, 2) for key in ("InsideCidr", "PresharedKey")}
    ),
)

PROPAGATION = Kind(
    sdk_name="ec2.VpnGatewayRoutePropagation",
    service="ec2",
    create="EnableVgwRoutePropagation",
    identity="props.routeTableId",
    identify_with=lambda props: f"{props['vpnGatewayId']}_{props['routeTableId']}",
    # EC2's description of the table does not tell it here: what was enabled is taken as it was.
    find=lambda at: {"RouteTableId": at.props["routeTableId"]},
    delete=called(
        "DisableVgwRoutePropagation",
        lambda at: {
            "RouteTableId": at.props["routeTableId"],
            "GatewayId": at.props["vpnGatewayId"],
        },
    ),
    gone=frozenset({"Gateway.NotAttached", "InvalidRouteTableID.NotFound"}),
    names={"vpnGatewayId": "GatewayId", "routeTableId": "RouteTableId"},
)

KINDS = [GATEWAY, CUSTOMER, CONNECTION, PROPAGATION]
