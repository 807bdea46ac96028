"""Route tables, their routes and the subnets that follow them."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# ruff: noqa: ARG005 - the functions of a row all have the same form

import zlib
from typing import Any

from tricenter.offline.aws.plugin.kind import At, Kind, called, described, placed
from tricenter.offline.aws.plugin.values import Props

DESTINATIONS = {
    "destinationCidrBlock": "DestinationCidrBlock",
    "destinationIpv6CidrBlock": "DestinationIpv6CidrBlock",
    "destinationPrefixListId": "DestinationPrefixListId",
}
TARGETS = {
    "gatewayId": "GatewayId",
    "natGatewayId": "NatGatewayId",
    "transitGatewayId": "TransitGatewayId",
    "vpcPeeringConnectionId": "VpcPeeringConnectionId",
    "networkInterfaceId": "NetworkInterfaceId",
    "egressOnlyGatewayId": "EgressOnlyInternetGatewayId",
    "vpcEndpointId": "VpcEndpointId",
}


def _find_table(at: At) -> Any:
    return described(
        "DescribeRouteTables", lambda at: {"RouteTableIds": [at.id]}, "RouteTables[0]"
    )(at)


def _inline(at: At, old: Props | None) -> None:
    """Routes that stand in the table itself: removed and made where they differ."""
    names = {**DESTINATIONS, **TARGETS, "cidrBlock": "DestinationCidrBlock"}
    before = [_renamed(route, names) for route in (old or {}).get("routes", [])]
    wanted = [_renamed(route, names) for route in at.props.get("routes", [])]
    for route in before:
        if route not in wanted:
            keys = {k: v for k, v in route.items() if k in DESTINATIONS.values()}
            at.call("DeleteRoute", {"RouteTableId": at.id, **keys})
    for route in wanted:
        if route not in before:
            at.call("CreateRoute", {"RouteTableId": at.id, **route})


def _renamed(route: Props, names: dict[str, str]) -> dict[str, Any]:
    return {names[key]: value for key, value in route.items() if key in names and value}


TABLE = Kind(
    sdk_name="ec2.RouteTable",
    service="ec2",
    create="CreateRouteTable",
    identity="answer.RouteTable.RouteTableId",
    find=_find_table,
    delete=called("DeleteRouteTable", lambda at: {"RouteTableId": at.id}),
    gone=frozenset({"InvalidRouteTableID.NotFound"}),
    own=frozenset({"routes"}),
    settle=_inline,
    reads={"routes": ""},
    outputs=lambda at, found: {"arn": at.arn(f"route-table/{at.id}")},
    tagging="ec2:route-table",
)


def _destination(props: Props) -> tuple[str, str]:
    return next((DESTINATIONS[name], props[name]) for name in DESTINATIONS if name in props)


def _route_id(props: Props) -> str:
    # The real provider's own form: r-<table><hash of the destination>.
    return f"r-{props['routeTableId']}{zlib.crc32(str(_destination(props)[1]).encode())}"


def _find_route(at: At) -> Any:
    table = _find_table(placed(at, id=at.props["routeTableId"]))
    member, wanted = _destination(at.props)
    routes = (table or {}).get("Routes", [])
    return next((route for route in routes if route.get(member) == wanted), None)


def _delete_route(at: At) -> None:
    member, value = _destination(at.props)
    at.call("DeleteRoute", {"RouteTableId": at.props["routeTableId"], member: value})


ROUTE = Kind(
    sdk_name="ec2.Route",
    service="ec2",
    create="CreateRoute",
    identity="props.routeTableId",
    identify_with=_route_id,
    find=_find_route,
    delete=_delete_route,
    gone=frozenset({"InvalidRoute.NotFound", "InvalidRouteTableID.NotFound"}),
    names={"egressOnlyGatewayId": "EgressOnlyInternetGatewayId"},
    modify="ReplaceRoute",
    whole=True,
    replace=frozenset({"routeTableId", *DESTINATIONS}),
    reads={"egressOnlyGatewayId": "EgressOnlyInternetGatewayId"},
    check=lambda props: (
        {}
        if sum(name in props for name in DESTINATIONS) == 1
        and sum(name in props for name in TARGETS) == 1
        else {"routeTableId": "a route has one destination and one target"}
    ),
)


def _find_association(at: At) -> Any:
    filters = [{"Name": "association.route-table-association-id", "Values": [at.id]}]
    tables = at.call("DescribeRouteTables", {"Filters": filters})["RouteTables"]
    return next(
        (
            entry
            for table in tables
            for entry in table["Associations"]
            if entry.get("RouteTableAssociationId") == at.id
        ),
        None,
    )


ASSOCIATION = Kind(
    sdk_name="ec2.RouteTableAssociation",
    service="ec2",
    create="AssociateRouteTable",
    identity="answer.AssociationId",
    find=_find_association,
    delete=called("DisassociateRouteTable", lambda at: {"AssociationId": at.id}),
    gone=frozenset({"InvalidAssociationID.NotFound", "InvalidRouteTableID.NotFound"}),
)

KINDS = [TABLE, ROUTE, ASSOCIATION]
