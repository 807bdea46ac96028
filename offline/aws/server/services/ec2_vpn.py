"""VPN connections with their two tunnels, and routes that a gateway announces: moto has neither."""

import hashlib
from collections.abc import Mapping
from typing import Any, cast

from moto.ec2.models import ec2_backends
from moto.moto_api._internal import mock_random

from tricenter.offline.aws.server.call import Call, refuse

SERVICE = "ec2"
TUNNELS = 2
PUBLIC = (203, 0, 113)
"""Outside addresses are of a range for documentation (RFC 5737)."""


def connections(call: Call) -> dict[str, Any]:
    """Every VPN connection of a region, by its id."""
    return call.tables.of(call.account, call.region, "vpn connections")


def _connection(call: Call) -> dict[str, Any]:
    name = call.params["VpnConnectionId"]
    found = connections(call).get(name)
    return found or refuse(
        "InvalidVpnConnectionID.NotFound", f"The vpnConnection ID '{name}' does not exist"
    )


def create(call: Call) -> Mapping[str, Any]:
    """Make a connection between gateways that are there, with addresses and keys of its own."""
    given = call.params
    backend: Any = ec2_backends[call.account][call.region]
    for member, there in (
        ("CustomerGatewayId", backend.customer_gateways),
        ("VpnGatewayId", backend.vpn_gateways),
    ):
        if given.get(member) is not None and given[member] not in there:
            refuse(f"Invalid{member.removesuffix('Id')}ID.NotFound", f"no {given[member]}")
    name = f"vpn-{mock_random.get_random_hex(17)}"
    options = cast(dict[str, Any], dict(given.get("Options") or {}))
    stated: list[dict[str, Any]] = options.get("TunnelOptions") or []
    asked = [*stated, {}, {}][:TUNNELS]
    number = len(connections(call)) * TUNNELS
    options["TunnelOptions"] = [_tunnel(name, number + i, one) for i, one in enumerate(asked)]
    made: dict[str, Any] = {
        "VpnConnectionId": name,
        "State": "available",
        "Type": given["Type"],
        "CustomerGatewayId": given["CustomerGatewayId"],
        "VpnGatewayId": given.get("VpnGatewayId"),
        "CustomerGatewayConfiguration": _configuration(name, options["TunnelOptions"]),
        "Options": options,
        "Tags": _tags(given.get("TagSpecifications") or []),
        "VgwTelemetry": [
            {"OutsideIpAddress": one["OutsideIpAddress"], "Status": "DOWN"}
            for one in options["TunnelOptions"]
        ],
    }
    connections(call)[name] = made
    return {"VpnConnection": made}


def _tags(specifications: list[dict[str, Any]]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for one in specifications:
        found += one.get("Tags") or []
    return found


def _tunnel(name: str, number: int, asked: Mapping[str, Any]) -> dict[str, Any]:
    """One tunnel. Its key is no secret: there is nothing behind an emulated tunnel."""
    made = hashlib.sha256(f"{name} {number}".encode()).hexdigest()[:32]
    address = ".".join(map(str, (*PUBLIC, number % 250 + 1)))
    return {**asked, "OutsideIpAddress": address, "PreSharedKey": asked.get("PreSharedKey") or made}


def _configuration(name: str, tunnels: list[dict[str, Any]]) -> str:
    inside = "".join(
        f"<ipsec_tunnel><ip_address>{one['OutsideIpAddress']}</ip_address></ipsec_tunnel>"
        for one in tunnels
    )
    return f'<vpn_connection id="{name}">{inside}</vpn_connection>'


def describe(call: Call) -> Mapping[str, Any]:
    """The connections that are asked for, or all."""
    wanted = call.params.get("VpnConnectionIds") or [*connections(call)]
    for name in wanted:
        if name not in connections(call):
            refuse("InvalidVpnConnectionID.NotFound", f"no {name}")
    return {"VpnConnections": [connections(call)[name] for name in wanted]}


def delete(call: Call) -> Mapping[str, Any]:
    """Forget a connection."""
    del connections(call)[_connection(call)["VpnConnectionId"]]
    return {}


def unused_gateway(call: Call) -> None:
    """A gateway stays while a connection uses it."""
    used = {
        one.get(member)
        for one in connections(call).values()
        for member in ("CustomerGatewayId", "VpnGatewayId")
    }
    name = call.params.get("CustomerGatewayId") or call.params.get("VpnGatewayId")
    if name in used:
        refuse("IncorrectState", f"{name} is in use by a VPN connection")


def _propagated(call: Call) -> dict[str, Any]:
    return call.tables.of(call.account, call.region, "propagating gateways")


def enable(call: Call) -> Mapping[str, Any]:
    """Let a route table learn a gateway's routes."""
    backend: Any = ec2_backends[call.account][call.region]
    table, gateway = call.params["RouteTableId"], call.params["GatewayId"]
    if table not in backend.route_tables:
        refuse("InvalidRouteTableID.NotFound", f"no {table}")
    if gateway not in backend.vpn_gateways:
        refuse("Gateway.NotAttached", f"{gateway} is not attached to the table's network")
    _propagated(call).setdefault(table, {})[gateway] = True
    return {}


def disable(call: Call) -> Mapping[str, Any]:
    """Let a route table forget a gateway's routes."""
    table, gateway = call.params["RouteTableId"], call.params["GatewayId"]
    if not _propagated(call).get(table, {}).pop(gateway, None):
        refuse("Gateway.NotAttached", f"{gateway} does not announce routes to {table}")
    return {}


ANSWERS = {
    "CreateVpnConnection": create,
    "DescribeVpnConnections": describe,
    "DeleteVpnConnection": delete,
    "EnableVgwRoutePropagation": enable,
    "DisableVgwRoutePropagation": disable,
}
GUARDS = {"DeleteCustomerGateway": unused_gateway, "DeleteVpnGateway": unused_gateway}
