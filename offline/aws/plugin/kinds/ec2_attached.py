"""What hosts are given: addresses and volumes."""

# ruff: noqa: ARG005 - the functions of a row all have the same form

from typing import Any

from tricenter.offline.aws.plugin.kind import At, Kind, called, described
from tricenter.offline.aws.plugin.values import Props


def _attach_address(at: At, old: Props | None) -> None:
    before, wanted = (old or {}).get("instance"), at.props.get("instance")
    if wanted and wanted != before:
        request = {"AllocationId": at.id, "InstanceId": wanted, "AllowReassociation": True}
        at.call("AssociateAddress", request)


def _release(at: At) -> None:
    found = at.call("DescribeAddresses", {"AllocationIds": [at.id]})["Addresses"][0]
    if found.get("AssociationId") and at.props.get("instance"):
        at.call("DisassociateAddress", {"AssociationId": found["AssociationId"]})
    at.call("ReleaseAddress", {"AllocationId": at.id})


ADDRESS = Kind(
    sdk_name="ec2.Eip",
    service="ec2",
    create="AllocateAddress",
    identity="answer.AllocationId",
    find=described("DescribeAddresses", lambda at: {"AllocationIds": [at.id]}, "Addresses[0]"),
    delete=_release,
    gone=frozenset({"InvalidAllocationID.NotFound"}),
    own=frozenset({"instance"}),
    request=lambda props: {"Domain": props.get("domain", "vpc")},
    settle=_attach_address,
    reads={"instance": "InstanceId", "privateIp": "PrivateIpAddress"},
    outputs=lambda at, found: {"arn": at.arn(f"elastic-ip/{at.id}")},
    tagging="ec2:elastic-ip",
)


def _find_address(at: At) -> Any:
    filters = [{"Name": "association-id", "Values": [at.id]}]
    found = at.call("DescribeAddresses", {"Filters": filters})["Addresses"]
    return found[0] if found else None


ADDRESS_USE = Kind(
    sdk_name="ec2.EipAssociation",
    service="ec2",
    create="AssociateAddress",
    identity="answer.AssociationId",
    find=_find_address,
    delete=called("DisassociateAddress", lambda at: {"AssociationId": at.id}),
    gone=frozenset({"InvalidAssociationID.NotFound"}),
)
VOLUME = Kind(
    sdk_name="ebs.Volume",
    service="ec2",
    create="CreateVolume",
    identity="answer.VolumeId",
    find=described("DescribeVolumes", lambda at: {"VolumeIds": [at.id]}, "Volumes[0]"),
    delete=called("DeleteVolume", lambda at: {"VolumeId": at.id}),
    gone=frozenset({"InvalidVolume.NotFound"}),
    names={"type": "VolumeType"},
    own=frozenset({"finalSnapshot"}),
    modify="ModifyVolume",
    target=lambda at: {"VolumeId": at.id},
    reads={"type": "VolumeType", "snapshotId": ""},
    outputs=lambda at, found: {"arn": at.arn(f"volume/{at.id}")},
    tagging="ec2:volume",
    computed=frozenset({"kmsKeyId"}),
)


def _find_attachment(at: At) -> Any:
    volumes = at.call("DescribeVolumes", {"VolumeIds": [at.props["volumeId"]]})["Volumes"]
    uses = volumes[0].get("Attachments", [])
    return next((use for use in uses if use["InstanceId"] == at.props["instanceId"]), None)


def _detach(at: At) -> None:
    if at.props.get("skipDestroy"):
        return
    if at.props.get("stopInstanceBeforeDetaching"):
        at.call("StopInstances", {"InstanceIds": [at.props["instanceId"]]})
    ids = {"VolumeId": at.props["volumeId"], "InstanceId": at.props["instanceId"]}
    force = bool(at.props.get("forceDetach"))
    at.call("DetachVolume", {**ids, "Device": at.props["deviceName"], "Force": force})


ATTACHMENT = Kind(
    sdk_name="ec2.VolumeAttachment",
    service="ec2",
    create="AttachVolume",
    identity="",
    identify_with=lambda props: f"vai-{props['volumeId']}-{props['instanceId']}",
    find=_find_attachment,
    delete=_detach,
    gone=frozenset({"InvalidVolume.NotFound", "InvalidAttachment.NotFound"}),
    names={"deviceName": "Device"},
    own=frozenset({"forceDetach", "skipDestroy", "stopInstanceBeforeDetaching"}),
    reads={"deviceName": "Device"},
)

KINDS = [ADDRESS, ADDRESS_USE, VOLUME, ATTACHMENT]
