"""Ways out of a network: NAT gateways."""

from typing import Any

from tricenter.offline.aws.plugin.kind import At, Found, Kind, called, described
from tricenter.offline.aws.plugin.values import Props


def _outputs(at: At, found: Found) -> Props:
    addresses: list[dict[str, Any]] = found.get("NatGatewayAddresses") or [{}]
    first = addresses[0]
    return {
        "arn": at.arn(f"natgateway/{at.id}"),
        "allocationId": first.get("AllocationId"),
        "privateIp": first.get("PrivateIp"),
        "publicIp": first.get("PublicIp"),
        "networkInterfaceId": first.get("NetworkInterfaceId"),
        "associationId": first.get("AssociationId"),
    }


NAT = Kind(
    sdk_name="ec2.NatGateway",
    service="ec2",
    create="CreateNatGateway",
    identity="answer.NatGateway.NatGatewayId",
    find=described(
        "DescribeNatGateways",
        lambda at: {"NatGatewayIds": [at.id]},
        "NatGateways[?State!='deleted'] | [0]",
    ),
    delete=called("DeleteNatGateway", lambda at: {"NatGatewayId": at.id}),
    gone=frozenset({"NatGatewayNotFound"}),
    outputs=_outputs,
    tagging="ec2:natgateway",
    computed=frozenset({"privateIp"}),
)

KINDS = [NAT]
