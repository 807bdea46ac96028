"""Cloud Router: NAT, interfaces to tunnels, and BGP sessions over them."""

from ipaddress import IPv4Interface

from tricenter.offline.gcp.server import links
from tricenter.offline.gcp.server.call import Call, Kind
from tricenter.offline.gcp.server.places import check_region
from tricenter.offline.gcp.server.refusal import Json, invalid

NAT = {
    "enableDynamicPortAllocation": False,
    "enableEndpointIndependentMapping": False,
    "endpointTypes": ["ENDPOINT_TYPE_VM"],
    "autoNetworkTier": "PREMIUM",
    "type": "PUBLIC",
}
SOME_SUBNETWORKS = "LIST_OF_SUBNETWORKS"
BGP = {"advertiseMode": "DEFAULT", "keepaliveInterval": 20}
PEER = {
    "enable": "TRUE",
    "enableIpv4": True,
    "enableIpv6": False,
    "advertiseMode": "DEFAULT",
    "advertisedRoutePriority": 100,
    "managementType": "MANAGED_BY_USER",
}


def _nats(call: Call, body: Json) -> None:
    for index, nat in enumerate(body.get("nats", ())):
        if nat.get("natIpAllocateOption") not in {"AUTO_ONLY", "MANUAL_ONLY"}:
            raise invalid(f"Invalid value for field 'resource.nats[{index}].natIpAllocateOption'")
        for name in nat.get("natIps", ()):
            links.target(call, name)
        chosen = nat.get("sourceSubnetworkIpRangesToNat") == SOME_SUBNETWORKS
        if chosen != bool(nat.get("subnetworks")):
            raise invalid(f"A NAT names subnetworks if, and only if, it is for {SOME_SUBNETWORKS}.")
        body["nats"][index] = NAT | nat


def _sessions(body: Json) -> None:
    """Each session runs over an interface of the router, from that interface's address."""
    ends: dict[str, Json] = {one["name"]: one for one in body.get("interfaces", ())}
    for one in ends.values():
        one.setdefault("managementType", "MANAGED_BY_USER")
        one.setdefault("ipVersion", "IPV4")
    for index, peer in enumerate(body.get("bgpPeers", ())):
        end = ends.get(peer.get("interfaceName", ""))
        if end is None:
            raise invalid(f"Invalid value for field 'resource.bgpPeers[{index}].interfaceName'")
        if "bgp" not in body:
            raise invalid("A router with BGP sessions needs an ASN of its own.")
        if "ipRange" in end:
            inside = IPv4Interface(end["ipRange"])
            peer.setdefault("ipAddress", str(inside.ip))
            other = peer.get("peerIpAddress")
            if other and IPv4Interface(other).ip not in inside.network:
                raise invalid(f"The peer's address {other} is not in {inside.network}.")
        body["bgpPeers"][index] = PEER | peer


def _fill(call: Call, body: Json) -> None:
    if "bgp" in body:
        body["bgp"] = BGP | body["bgp"]
    _nats(call, body)
    _sessions(body)


def _made(call: Call, path: str, body: Json) -> None:
    check_region(path.split("/")[3])
    _fill(call, body)


def _changed(call: Call, before: Json, after: Json) -> None:
    del before
    _fill(call, after)


KINDS: dict[str, Kind] = {
    "routers": Kind(
        needed=("name", "network"),
        links=("network", "interfaces.linkedVpnTunnel"),
        defaults={"encryptedInterconnectRouter": False},
        made=_made,
        changed=_changed,
    ),
}
