"""Collections of subnets in Route 53, and their locations."""

from typing import Any

from tricenter.offline.aws.plugin.kind import At, Kind, called
from tricenter.offline.aws.plugin.kinds.route53 import reference
from tricenter.offline.aws.plugin.values import Props

GONE = frozenset({"NoSuchCidrCollectionException"})


def _find_collection(at: At) -> Any:
    found = at.call("ListCidrCollections", {})["CidrCollections"]
    return next((one for one in found if one["Id"] == at.id), None)


COLLECTION = Kind(
    sdk_name="route53.CidrCollection",
    service="route53",
    create="CreateCidrCollection",
    identity="answer.Collection.Id",
    find=_find_collection,
    delete=called("DeleteCidrCollection", lambda at: {"Id": at.id}),
    gone=GONE,
    names={"name": "Name"},
    request=reference,
    autoname="name",
    reads={"name": "Name", "arn": "Arn", "version": "Version"},
    regional=False,
)


def _change(props: Props, action: str, blocks: Any) -> dict[str, Any]:
    change = {"LocationName": props.get("name"), "Action": action, "CidrList": blocks}
    return {"Id": props.get("cidrCollectionId"), "Changes": [change]}


def _place(at: At) -> Props:
    collection, _, name = at.id.partition(",")
    return {"cidrCollectionId": collection, "name": name}


def _blocks(at: At) -> list[str]:
    place = _place(at)
    request = {"CollectionId": place["cidrCollectionId"], "LocationName": place["name"]}
    return [one["CidrBlock"] for one in at.call("ListCidrBlocks", request)["CidrBlocks"]]


def _find_location(at: At) -> Any:
    blocks = _blocks(at)
    return {**_place(at), "cidrBlocks": blocks} if blocks else None


def _settle(at: At, old: Props | None) -> None:
    """The location with the blocks that are wanted, and without those that were before."""
    if old is None:
        return
    at.call("ChangeCidrCollection", _change(at.props, "PUT", at.props["cidrBlocks"]))
    before = [block for block in old["cidrBlocks"] if block not in at.props["cidrBlocks"]]
    if before:
        at.call("ChangeCidrCollection", _change(at.props, "DELETE_IF_EXISTS", before))


LOCATION = Kind(
    sdk_name="route53.CidrLocation",
    service="route53",
    create="ChangeCidrCollection",
    identity="",
    identify_with=lambda props: f"{props['cidrCollectionId']},{props['name']}",
    find=_find_location,
    delete=lambda at: at.call(
        "ChangeCidrCollection", _change(_place(at), "DELETE_IF_EXISTS", _blocks(at))
    ),
    gone=GONE,
    names={"cidrCollectionId": "", "name": ""},
    own=frozenset({"cidrBlocks"}),
    request=lambda props: _change(props, "PUT", props.get("cidrBlocks")),
    settle=_settle,
    autoname="name",
    reads={name: name for name in ("cidrCollectionId", "name", "cidrBlocks")},
    regional=False,
)

KINDS = [COLLECTION, LOCATION]
