"""Collections of subnets in Route 53, by which records answer; moto (5.2.5) has none.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-ipbased.html (2026-12-01)
"""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

from moto.moto_api._internal import mock_random

from tricenter.offline.aws.server.call import Call, refuse

SERVICE = "route53"
LONGEST = {4: 24, 6: 48}


def collections(call: Call) -> dict[str, Any]:
    """The collections of the account, by id; each has its locations with their blocks."""
    return call.tables.of(call.account, "", "cidr collections")


def _collection(call: Call, name: str) -> dict[str, Any]:
    found = collections(call).get(name)
    return found or refuse("NoSuchCidrCollectionException", f"no CIDR collection {name}")


def _shown(one: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in one.items() if key != "locations"}


def create(call: Call) -> Mapping[str, Any]:
    """Make a collection, whose name is its own in the account."""
    name = call.params["Name"]
    if any(one["Name"] == name for one in collections(call).values()):
        refuse("CidrCollectionAlreadyExistsException", f"a collection {name} exists already")
    made = str(mock_random.uuid4())
    arn = f"arn:aws:route53:::cidrcollection/{made}"
    collections(call)[made] = {
        "Arn": arn, "Id": made, "Name": name, "Version": 1, "locations": {}
    }  # fmt: skip
    where = f"https://route53.amazonaws.com/2013-04-01/cidrcollection/{made}"
    return {"Collection": _shown(collections(call)[made]), "Location": where}


def change(call: Call) -> Mapping[str, Any]:
    """Add blocks to locations or take them away; a block is in one location of a collection."""
    found = _collection(call, call.params["Id"])
    locations: dict[str, list[str]] = found["locations"]
    for wanted in call.params["Changes"]:
        name, blocks = wanted["LocationName"], wanted["CidrList"]
        kept = [block for block in locations.get(name, ()) if block not in blocks]
        if wanted["Action"] == "PUT":
            for block in blocks:
                _sound(locations, name, block)
            kept += blocks
        locations[name] = kept
        if not kept:
            del locations[name]
    found["Version"] += 1
    return {"Id": call.params["Id"]}


def _sound(locations: Mapping[str, list[str]], name: str, block: str) -> None:
    network = ip_network(block)
    if not 1 <= network.prefixlen <= LONGEST[network.version]:
        refuse("InvalidInput", f"{block} has too few or too many bits")
    if any(block in held for other, held in locations.items() if other != name):
        refuse("CidrBlockInUseException", f"{block} is in another location")


def delete(call: Call) -> Mapping[str, Any]:
    """Remove a collection that has no location any more."""
    if _collection(call, call.params["Id"])["locations"]:
        refuse("CidrCollectionInUseException", "the collection is not empty")
    del collections(call)[call.params["Id"]]
    return {}


def list_all(call: Call) -> Mapping[str, Any]:
    """All collections."""
    return {"CidrCollections": [_shown(one) for one in collections(call).values()]}


def blocks_of(call: Call) -> Mapping[str, Any]:
    """The blocks of a collection, or of one location of it."""
    found = _collection(call, call.params["CollectionId"])["locations"]
    wanted = call.params.get("LocationName")
    return {
        "CidrBlocks": [
            {"CidrBlock": block, "LocationName": name}
            for name, blocks in found.items()
            if wanted in (None, name)
            for block in blocks
        ]
    }


def refuse_unknown(call: Call, asked: Mapping[str, Any]) -> None:
    """Refuse a record for a collection or a location that is not there."""
    found = _collection(call, asked["CollectionId"])["locations"]
    if asked["LocationName"] != "*" and asked["LocationName"] not in found:
        refuse("NoSuchCidrLocationException", f"no location {asked['LocationName']}")


ANSWERS = {
    "CreateCidrCollection": create,
    "ChangeCidrCollection": change,
    "DeleteCidrCollection": delete,
    "ListCidrCollections": list_all,
    "ListCidrBlocks": blocks_of,
}
