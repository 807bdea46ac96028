"""Service Networking: private connections between a VPC network and Google's services."""

from tricenter.offline.gcp.server import links
from tricenter.offline.gcp.server.call import Call, Handler, Kind
from tricenter.offline.gcp.server.operations import done
from tricenter.offline.gcp.server.refusal import Json, Refused, exists, invalid, precondition
from tricenter.offline.gcp.server.store import Store

HOST = "servicenetworking.googleapis.com"
DOCUMENT = "servicenetworking"
PEERING = "servicenetworking-googleapis-com"


def connection_of(store: Store, network: str) -> Json | None:
    """The private connection of a network (its full path), or None."""
    return store.find(DOCUMENT, f"connections/{network}")


def _network(call: Call, link: str) -> tuple[str, Json]:
    path = links.normal(links.place(link, "compute")[1], call.store)
    found = call.store.find("compute", path)
    if found is None:
        raise Refused(404, f"The network '{path}' was not found")
    return path, found


def _ranges(call: Call, network: str) -> None:
    """Every named range is one reserved for peering in that network."""
    project = network.split("/")[1]
    for name in call.body.get("reservedPeeringRanges", ()):
        path = f"projects/{project}/global/addresses/{name}"
        found = call.store.find("compute", path)
        if found is None:
            raise invalid(f"Requested ranges not found: {name}")
        wrong = found.get("purpose") != "VPC_PEERING"
        if (
            wrong
            or links.normal(links.place(found["network"], "compute")[1], call.store) != network
        ):
            raise invalid(f"The range {name} is not reserved for peering in {network}")


def _body(call: Call, network: str, full: Json) -> Json:
    return {
        "network": call.body["network"],
        "peering": PEERING,
        "service": "services/servicenetworking.googleapis.com",
        "reservedPeeringRanges": call.body.get("reservedPeeringRanges", []),
        "networkPath": network,
        "networkLink": full["selfLink"],
    }


def _create(call: Call) -> Json:
    network, full = _network(call, call.body.get("network", ""))
    if connection_of(call.store, network):
        raise exists(f"{network} to {call.params.get('servicesId', 'servicenetworking')}")
    if not call.body.get("reservedPeeringRanges"):
        raise invalid("Must provide at least one reserved range for a new connection.")
    _ranges(call, network)
    return _keep(call, network, full)


def _patch(call: Call) -> Json:
    network, full = _network(call, call.body.get("network", ""))
    _ranges(call, network)
    return _keep(call, network, full)


def _keep(call: Call, network: str, full: Json) -> Json:
    body = _body(call, network, full)
    call.put(f"connections/{network}", body)
    peering = {
        "name": PEERING,
        "network": "https://www.googleapis.com/compute/v1/projects/"
        "service-producer/global/networks/servicenetworking",
        "state": "ACTIVE",
        "stateDetails": "[offline]: Connected.",
        "autoCreateRoutes": True,
        "exchangeSubnetRoutes": True,
        "exportCustomRoutes": False,
        "importCustomRoutes": False,
        "exportSubnetRoutesWithPublicIp": False,
        "importSubnetRoutesWithPublicIp": False,
        "stackType": "IPV4_ONLY",
    }
    others = [item for item in full.get("peerings", ()) if item["name"] != PEERING]
    call.store.put("compute", network, full | {"peerings": [*others, peering]})
    shown = {name: body[name] for name in ("network", "peering", "service")}
    return done(call, f"connections/{network}", "create", shown)


def _list(call: Call) -> Json:
    link = call.query.get("network", "")
    path = links.normal(links.place(link, "compute")[1], call.store)
    found = connection_of(call.store, path)
    return {"connections": [_shown(found)]} if found else {}


def _shown(body: Json) -> Json:
    return {name: item for name, item in body.items() if name not in {"networkPath", "networkLink"}}


def _delete(call: Call) -> Json:
    link = call.body.get("consumerNetwork", "")
    path = links.normal(links.place(link, "compute")[1], call.store)
    if connection_of(call.store, path) is None:
        raise Refused(404, f"There is no connection of {path}")
    if users := producers(call.store, path):
        raise precondition(
            "Failed to delete connection; Producer services (e.g. CloudSQL, Cloud Memstore, etc.)"
            f" are still using this connection: {', '.join(users)}."
        )
    forget(call.store, path)
    return done(call, f"connections/{path}", "delete")


def producers(store: Store, network: str) -> list[str]:
    """Names of the databases that have an address in a network."""
    found: list[str] = []
    for service, field in (("sqladmin", "privateNetwork"), ("alloydb", "network")):
        for path, body in store.below(service, "projects/").items():
            settings = body.get("settings", {}).get("ipConfiguration", {})
            own = settings if service == "sqladmin" else body.get("networkConfig", {})
            if (
                field in own
                and links.normal(links.place(own[field], "compute")[1], store) == network
            ):
                found.append(path)
    return found


def forget(store: Store, network: str) -> None:
    """Removes the connection and the peering that it left on the network."""
    store.drop(DOCUMENT, f"connections/{network}")
    if full := store.find("compute", network):
        rest = [item for item in full.get("peerings", ()) if item["name"] != PEERING]
        store.put("compute", network, full | {"peerings": rest})


KINDS: dict[str, Kind] = {}
HANDLERS: dict[str, Handler] = {
    "servicenetworking.services.connections.create": _create,
    "servicenetworking.services.connections.patch": _patch,
    "servicenetworking.services.connections.list": _list,
    "servicenetworking.services.connections.deleteConnection": _delete,
}
