"""Networks of Compute Engine: subnetworks, addresses, firewalls, routers."""

from ipaddress import IPv4Address, IPv4Network, ip_network

from tricenter.offline.gcp.server import links
from tricenter.offline.gcp.server.call import Call, Handler, Kind, digest
from tricenter.offline.gcp.server.fields import merged
from tricenter.offline.gcp.server.operations import done
from tricenter.offline.gcp.server.places import check_region
from tricenter.offline.gcp.server.refusal import Json, Refused, invalid
from tricenter.offline.gcp.server.services.servicenetworking import forget, producers

# Addresses that Google takes for its own services' ends of reserved ranges come from here.
PRIVATE = IPv4Network("10.128.0.0/9")
EXTERNAL = IPv4Network("203.0.113.0/24")


def _network_made(call: Call, path: str, body: Json) -> None:
    body["selfLinkWithId"] = f"{call.base}/{path.rpartition('/')[0]}/{body['id']}"
    if body.get("IPv4Range"):
        raise invalid("Legacy networks can no longer be created.")


def _network_removed(call: Call, path: str, body: Json) -> None:
    del call
    if body.get("peerings"):
        names = ", ".join(item["name"] for item in body["peerings"])
        raise invalid(
            f"The network resource '{path}' is already being used by the peering '{names}'",
            reason="resourceInUseByAnotherResource",
        )


def _remove_peering(call: Call) -> Json:
    path = call.path.rpartition("/")[0]
    network = call.get(path)
    name = call.body.get("name") or call.body.get("networkPeering", {}).get("name", "")
    if name not in {item["name"] for item in network.get("peerings", ())}:
        raise Refused(400, f"There is no peering with name '{name}' on {path}", reason="invalid")
    if users := producers(call.store, path):
        raise invalid(f"Cannot modify {name}: it is still used by {', '.join(users)}")
    forget(call.store, path)
    return done(call, path, "removePeering")


def ranges_of(call: Call, network: str) -> list[tuple[str, IPv4Network]]:
    """Every range that is taken in a network, with who has it."""
    taken: list[tuple[str, IPv4Network]] = []
    for path, body in call.store.below("compute", f"projects/{network.split('/')[1]}/").items():
        link = body.get("network")
        if not link or links.normal(links.place(link, "compute")[1], call.store) != network:
            continue
        own = [body["ipCidrRange"]] if "ipCidrRange" in body else []
        own += [item["ipCidrRange"] for item in body.get("secondaryIpRanges", ())]
        if body.get("purpose") == "VPC_PEERING":
            own.append(f"{body['address']}/{body['prefixLength']}")
        taken += [(path, IPv4Network(text)) for text in own]
    return taken


def _range(text: str, field: str) -> IPv4Network:
    try:
        made = ip_network(text)
    except ValueError as error:
        raise invalid(f"Invalid value for field 'resource.{field}': '{text}'. {error}") from None
    if not isinstance(made, IPv4Network):
        raise invalid(f"Invalid value for field 'resource.{field}': '{text}' is not IPv4.")
    return made


def _free(call: Call, network: str, wanted: IPv4Network, field: str) -> None:
    for owner, other in ranges_of(call, network):
        if wanted.overlaps(other):
            raise invalid(
                f"Invalid {field}: {wanted} conflicts with existing range {other} of '{owner}'",
            )


def _subnetwork_made(call: Call, path: str, body: Json) -> None:
    check_region(path.split("/")[3])
    network = links.normal(links.place(body["network"], "compute")[1], call.store)
    wanted = _range(body["ipCidrRange"], "ipCidrRange")
    _free(call, network, wanted, "IPCidrRange")
    body["gatewayAddress"] = str(wanted[1])
    for item in body.get("secondaryIpRanges", ()):
        _free(call, network, _range(item["ipCidrRange"], "secondaryIpRanges"), "IPCidrRange")
    if body.get("logConfig", {}).get("enable"):
        plain = {"aggregationInterval": "INTERVAL_5_SEC", "flowSampling": 0.5}
        body["logConfig"] = merged(
            plain | {"metadata": "EXCLUDE_ALL_METADATA", "filterExpr": "true"}, body["logConfig"]
        )
    elif "logConfig" in body:
        body["logConfig"] = {"enable": False}
    full = call.store.get("compute", network)
    own = [*full.get("subnetworks", ()), body["selfLink"]]
    call.store.put("compute", network, full | {"subnetworks": own})


def _subnetwork_removed(call: Call, path: str, body: Json) -> None:
    del path
    network = links.normal(links.place(body["network"], "compute")[1], call.store)
    full = call.store.get("compute", network)
    rest = [link for link in full.get("subnetworks", ()) if link != body["selfLink"]]
    after = {**full, "subnetworks": rest} if rest else {**full}
    if not rest:
        after.pop("subnetworks", None)
    call.store.put("compute", network, after)


def _private_access(call: Call) -> Json:
    path = call.path.rpartition("/")[0]
    body = call.get(path)
    body["privateIpGoogleAccess"] = bool(call.body.get("privateIpGoogleAccess"))
    call.put(path, body)
    return done(call, path, "setPrivateIpGoogleAccess")


def _expand(call: Call) -> Json:
    path = call.path.rpartition("/")[0]
    body = call.get(path)
    wanted, now = _range(call.body["ipCidrRange"], "ipCidrRange"), _range(body["ipCidrRange"], "")
    if not now.subnet_of(wanted):
        raise invalid(f"New IP range {wanted} must contain the old one {now}.")
    body["ipCidrRange"] = str(wanted)
    call.put(path, body)
    return done(call, path, "expandIpCidrRange")


def _address_made(call: Call, path: str, body: Json) -> None:
    body["status"] = "RESERVED"
    if path.split("/")[2] == "regions":
        check_region(path.split("/")[3])
    if body.get("purpose") == "VPC_PEERING":
        _reserve(call, path, body)
    elif "address" not in body:
        number = int(digest(path)[:6], 16)
        inside = _subnetwork_range(call, body) if body["addressType"] == "INTERNAL" else EXTERNAL
        body["address"] = str(inside[2 + number % max(1, inside.num_addresses - 4)])


def _subnetwork_range(call: Call, body: Json) -> IPv4Network:
    link = body.get("subnetwork")
    return IPv4Network(links.target(call, link)["ipCidrRange"]) if link else PRIVATE


def _reserve(call: Call, path: str, body: Json) -> None:
    """A range for peering: the one that is asked for, or the first that is free."""
    if body.get("addressType") != "INTERNAL" or "network" not in body:
        raise invalid("A range for VPC_PEERING is INTERNAL and names its network.")
    length = body.get("prefixLength")
    if not length:
        raise invalid("Required field 'resource.prefixLength' not specified", reason="required")
    network = links.normal(links.place(body["network"], "compute")[1], call.store)
    del path
    if "address" in body:
        wanted = _range(f"{body['address']}/{length}", "address")
        _free(call, network, wanted, "address")
        return
    taken = [other for _, other in ranges_of(call, network)]
    for candidate in IPv4Network("10.0.0.0/8").subnets(new_prefix=length):
        if candidate.network_address < IPv4Address("10.16.0.0"):
            continue
        if not any(candidate.overlaps(other) for other in taken):
            body["address"] = str(candidate.network_address)
            return
    raise invalid(f"No free range of length {length} in {network}")


def _firewall_made(call: Call, path: str, body: Json) -> None:
    del call, path
    if bool(body.get("allowed")) == bool(body.get("denied")):
        raise invalid("A firewall rule has either allowed or denied, not both and not neither.")
    sources = any(
        body.get(name) for name in ("sourceRanges", "sourceTags", "sourceServiceAccounts")
    )
    if body["direction"] == "INGRESS" and not sources:
        body["sourceRanges"] = ["0.0.0.0/0"]
    if body["direction"] == "EGRESS" and not body.get("destinationRanges"):
        body["destinationRanges"] = ["0.0.0.0/0"]
    if not 0 <= int(body["priority"]) <= 65535:
        raise invalid("Invalid value for field 'resource.priority': not in 0..65535")


KINDS: dict[str, Kind] = {
    "networks": Kind(
        needed=("name",),
        defaults={
            "networkFirewallPolicyEnforcementOrder": "AFTER_CLASSIC_FIREWALL",
            "routingConfig": {"routingMode": "REGIONAL", "bgpBestPathSelectionMode": "LEGACY"},
        },
        made=_network_made,
        removed=_network_removed,
    ),
    "subnetworks": Kind(
        needed=("name", "network", "ipCidrRange"),
        links=("network",),
        defaults={
            "purpose": "PRIVATE",
            "stackType": "IPV4_ONLY",
            "privateIpGoogleAccess": False,
            "privateIpv6GoogleAccess": "DISABLE_GOOGLE_ACCESS",
            "allowSubnetCidrRoutesOverlap": False,
        },
        made=_subnetwork_made,
        removed=_subnetwork_removed,
    ),
    "addresses": Kind(
        needed=("name",),
        links=("network", "subnetwork"),
        defaults={"addressType": "EXTERNAL"},
        made=_address_made,
    ),
    "firewalls": Kind(
        needed=("name", "network"),
        links=("network",),
        defaults={
            "direction": "INGRESS",
            "priority": 1000,
            "disabled": False,
            "logConfig": {"enable": False},
        },
        made=_firewall_made,
    ),
}
HANDLERS: dict[str, Handler] = {
    "compute.networks.removePeering": _remove_peering,
    "compute.subnetworks.setPrivateIpGoogleAccess": _private_access,
    "compute.subnetworks.expandIpCidrRange": _expand,
}
