"""Further private addresses of an instance's first interface, which moto passes over."""

from collections.abc import Mapping
from typing import Any, cast

from moto.ec2.models import ec2_backends

from tricenter.offline.aws.server.call import Call

SERVICE = "ec2"
Asked = Mapping[str, Any]
ENDED = {"terminated", "shutting-down"}


def give_addresses(call: Call) -> None:
    """The interface has every address that `RunInstances` asked for, the primary one first."""
    backend: Any = ec2_backends[call.account][call.region]
    for asked in cast(list[Asked], call.params.get("NetworkInterfaces") or []):
        told = cast(list[Asked], asked.get("PrivateIpAddresses") or [])
        first = [one["PrivateIpAddress"] for one in told if one.get("Primary")]
        others = [one["PrivateIpAddress"] for one in told if not one.get("Primary")]
        for instance in cast(list[Any], backend.all_instances() if first else []):
            device: Any = instance.nics.get(0)
            here: object = device and (device.private_ip_address, device.subnet.id)
            if here == (first[0], asked["SubnetId"]) and instance.state not in ENDED:
                backend.assign_private_ip_addresses(device.id, others)


AFTER = {"RunInstances": give_addresses}
