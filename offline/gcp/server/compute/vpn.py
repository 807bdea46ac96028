"""VPN gateways and tunnels of Compute Engine; no packet goes through them."""

from ipaddress import IPv4Network

from tricenter.offline.gcp.server import links
from tricenter.offline.gcp.server.call import Call, Kind, digest
from tricenter.offline.gcp.server.places import check_region
from tricenter.offline.gcp.server.refusal import Json, invalid

# Addresses for documentation (RFC 5737): nobody may take an emulated gateway for a real one.
PUBLIC = IPv4Network("192.0.2.0/24")
INTERFACES = {
    "SINGLE_IP_INTERNALLY_REDUNDANT": 1,
    "TWO_IPS_REDUNDANCY": 2,
    "FOUR_IPS_REDUNDANCY": 4,
}
HIDDEN = "*************"


def _gateway_made(call: Call, path: str, body: Json) -> None:
    """A highly available gateway has two interfaces, each with an address."""
    del call
    check_region(path.split("/")[3])
    given: list[Json] = body.get("vpnInterfaces") or [{"id": 0}, {"id": 1}]
    number = int(digest(path)[:6], 16)
    for index, one in enumerate(given):
        one["id"] = index
        one["ipAddress"] = str(PUBLIC[1 + (number + index) % 250])
    body["vpnInterfaces"] = given


def _external_made(call: Call, path: str, body: Json) -> None:
    del call, path
    wanted = INTERFACES.get(body.get("redundancyType", ""))
    if wanted is None or len(body["interfaces"]) != wanted:
        raise invalid(
            "Invalid value for field 'resource.interfaces': not as many as redundancyType"
        )


def _tunnel_made(call: Call, path: str, body: Json) -> None:
    """A tunnel ends at a gateway of ours and one peer, and its secret is never shown again."""
    check_region(path.split("/")[3])
    peers = [name for name in ("peerExternalGateway", "peerGcpGateway", "peerIp") if body.get(name)]
    if len(peers) != 1:
        raise invalid("A tunnel has one of peerExternalGateway, peerGcpGateway and peerIp.")
    if body.get("vpnGateway") and not body.get("router"):
        raise invalid("A tunnel of a highly available gateway needs a router.")
    gateway = links.target(call, body["vpnGateway"]) if body.get("vpnGateway") else {}
    ends = {one["id"] for one in gateway.get("vpnInterfaces", ())}
    if gateway and body.get("vpnGatewayInterface", 0) not in ends:
        raise invalid("Invalid value for field 'resource.vpnGatewayInterface'")
    if outside := body.get("peerExternalGateway"):
        _peer(body, links.target(call, outside))
    body |= {
        "status": "NO_INCOMING_PACKETS",
        "detailedStatus": "No incoming packets from peer yet.",
        "sharedSecretHash": digest(path, body["sharedSecret"])[:28],
        "sharedSecret": HIDDEN,
    }
    body.setdefault("localTrafficSelector", ["0.0.0.0/0"])
    body.setdefault("remoteTrafficSelector", ["0.0.0.0/0"])


def _peer(body: Json, gateway: Json) -> None:
    number = body.get("peerExternalGatewayInterface", 0)
    found = [one for one in gateway["interfaces"] if one.get("id", 0) == number]
    if not found:
        raise invalid("Invalid value for field 'resource.peerExternalGatewayInterface'")
    body["peerIp"] = found[0].get("ipAddress", "")


KINDS: dict[str, Kind] = {
    "vpnGateways": Kind(
        needed=("name", "network"),
        links=("network",),
        defaults={"stackType": "IPV4_ONLY", "gatewayIpVersion": "IPV4"},
        made=_gateway_made,
    ),
    "externalVpnGateways": Kind(needed=("name", "interfaces"), made=_external_made),
    "vpnTunnels": Kind(
        needed=("name", "sharedSecret"),
        links=("vpnGateway", "peerExternalGateway", "peerGcpGateway", "router"),
        defaults={"ikeVersion": 2},
        made=_tunnel_made,
    ),
}
