"""Hosts: instances, their launch templates, addresses and volumes, and policies for snapshots."""

# ruff: noqa: ARG005 - the functions of a row all have the same form

import base64
from typing import Any

from tricenter.offline.aws.model import UNKNOWN, input_shape
from tricenter.offline.aws.plugin.kind import At, Found, Kind, called, described
from tricenter.offline.aws.plugin.translate import to_api
from tricenter.offline.aws.plugin.values import Props, knows

EBS = {
    "deleteOnTermination": "DeleteOnTermination",
    "encrypted": "Encrypted",
    "iops": "Iops",
    "kmsKeyId": "KmsKeyId",
    "snapshotId": "SnapshotId",
    "throughput": "Throughput",
    "volumeSize": "VolumeSize",
    "volumeType": "VolumeType",
}


def _disk(given: Props, device: str) -> dict[str, Any]:
    ebs = {api: given[name] for name, api in EBS.items() if given.get(name) is not None}
    return {"DeviceName": given.get("deviceName", device), "Ebs": ebs}


def _instance(props: Props) -> dict[str, Any]:
    made: dict[str, Any] = {"MinCount": 1, "MaxCount": 1}
    disks = [_disk(props["rootBlockDevice"], "/dev/xvda")] if props.get("rootBlockDevice") else []
    disks += [_disk(disk, "") for disk in props.get("ebsBlockDevices", [])]
    if disks:
        made["BlockDeviceMappings"] = disks
    if props.get("iamInstanceProfile"):
        profile = props["iamInstanceProfile"]
        is_arn = isinstance(profile, str) and profile.startswith("arn:")
        made["IamInstanceProfile"] = {"Arn" if is_arn else "Name": profile}
    if "monitoring" in props:
        made["Monitoring"] = {"Enabled": props["monitoring"]}
    places = {
        "availabilityZone": "AvailabilityZone",
        "tenancy": "Tenancy",
        "placementGroup": "GroupName",
    }
    place = {api: props[name] for name, api in places.items() if props.get(name)}
    if place:
        made["Placement"] = place
    made |= _network(props)
    data = props.get("userDataBase64", props.get("userData"))
    if data is not None:
        text = data if knows(data) else UNKNOWN
        # boto3 encodes what it is given, so that encoded text is decoded first.
        encoded = "userDataBase64" in props and isinstance(text, str)
        made["UserData"] = base64.b64decode(str(text)) if encoded else text
    return made


def _network(props: Props) -> dict[str, Any]:
    """A public address belongs to the first interface, which then has subnet and groups."""
    if "associatePublicIpAddress" not in props:
        groups = props.get("vpcSecurityGroupIds")
        simple = {"SubnetId": props.get("subnetId"), "SecurityGroupIds": groups}
        simple["PrivateIpAddress"] = props.get("privateIp")
        return {key: value for key, value in simple.items() if value is not None}
    first = {
        "DeviceIndex": 0,
        "AssociatePublicIpAddress": props["associatePublicIpAddress"],
        "SubnetId": props.get("subnetId"),
        "Groups": props.get("vpcSecurityGroupIds"),
        "PrivateIpAddress": props.get("privateIp"),
        "DeleteOnTermination": True,
    }
    if further := props.get("secondaryPrivateIps"):
        # The API takes one list of all addresses, in which the first is marked.
        own = {"PrivateIpAddress": first.pop("PrivateIpAddress"), "Primary": True}
        rest = [{"PrivateIpAddress": one, "Primary": False} for one in further]
        first["PrivateIpAddresses"] = [own, *rest]
    return {"NetworkInterfaces": [{k: v for k, v in first.items() if v is not None}]}


def _find_instance(at: At) -> Any:
    found = described(
        "DescribeInstances", lambda at: {"InstanceIds": [at.id]}, "Reservations[0].Instances[0]"
    )(at)
    ended = {"terminated", "shutting-down"}
    return None if not found or found["State"]["Name"] in ended else found


def _terminate(at: At) -> None:
    at.call("TerminateInstances", {"InstanceIds": [at.id]})


def _settle_instance(at: At, old: Props | None) -> None:
    check = at.props.get("sourceDestCheck", True)
    if check != (old or {}).get("sourceDestCheck", True):
        attribute = {"SourceDestCheck": {"Value": check}}
        at.call("ModifyInstanceAttribute", {"InstanceId": at.id, **attribute})
    if old is None:
        return
    if at.props.get("instanceType") != old.get("instanceType"):
        at.call("StopInstances", {"InstanceIds": [at.id]})
        kind = {"InstanceType": {"Value": at.props["instanceType"]}}
        at.call("ModifyInstanceAttribute", {"InstanceId": at.id, **kind})
        at.call("StartInstances", {"InstanceIds": [at.id]})
    if at.props.get("vpcSecurityGroupIds") != old.get("vpcSecurityGroupIds"):
        groups = {"Groups": at.props.get("vpcSecurityGroupIds", [])}
        at.call("ModifyInstanceAttribute", {"InstanceId": at.id, **groups})
    if at.props.get("disableApiTermination", False) != old.get("disableApiTermination", False):
        value = {"DisableApiTermination": {"Value": at.props.get("disableApiTermination", False)}}
        at.call("ModifyInstanceAttribute", {"InstanceId": at.id, **value})


def _instance_outputs(at: At, found: Found) -> Props:
    interfaces = found.get("NetworkInterfaces", [])
    # An instance has the groups of its first interface; moto tells them of the interface alone.
    groups: list[Found] = found.get("SecurityGroups") or []
    if interfaces and not groups:
        groups = interfaces[0]["Groups"]
    return {
        "arn": at.arn(f"instance/{at.id}"),
        "instanceState": found["State"]["Name"],
        "availabilityZone": found["Placement"]["AvailabilityZone"],
        "privateIp": found.get("PrivateIpAddress"),
        "publicIp": found.get("PublicIpAddress"),
        "privateDns": found.get("PrivateDnsName"),
        "publicDns": found.get("PublicDnsName"),
        "vpcSecurityGroupIds": [group["GroupId"] for group in groups],
        "primaryNetworkInterfaceId": interfaces[0]["NetworkInterfaceId"] if interfaces else None,
    }


BUILT = (
    "rootBlockDevice", "ebsBlockDevices", "iamInstanceProfile", "monitoring", "availabilityZone",
    "tenancy", "placementGroup", "associatePublicIpAddress", "subnetId", "vpcSecurityGroupIds",
    "privateIp", "secondaryPrivateIps", "userData", "userDataBase64",
)  # fmt: skip
INSTANCE_OWN = frozenset({"sourceDestCheck", "userDataReplaceOnChange", "forceDestroy"})
SETTLED = {"instanceType", "vpcSecurityGroupIds", "disableApiTermination"}
INSTANCE = Kind(
    sdk_name="ec2.Instance",
    service="ec2",
    create="RunInstances",
    identity="answer.Instances[0].InstanceId",
    find=_find_instance,
    delete=_terminate,
    gone=frozenset({"InvalidInstanceID.NotFound"}),
    names={
        "ami": "ImageId",
        "launchTemplate.id": "LaunchTemplateId",
        "launchTemplate.name": "LaunchTemplateName",
        **dict.fromkeys(BUILT, ""),
    },
    own=INSTANCE_OWN,
    request=_instance,
    modify="ModifyInstanceAttribute",
    modify_names={
        "instanceType": "InstanceType",
        "vpcSecurityGroupIds": "Groups",
        "disableApiTermination": "DisableApiTermination",
    },
    modify_by_settling=True,
    replace=frozenset({"ami", *BUILT}) - SETTLED,
    settle=_settle_instance,
    reads={"ami": "ImageId", **dict.fromkeys((*BUILT, "metadataOptions", "securityGroups"), "")},
    outputs=_instance_outputs,
    tagging="ec2:instance",
    computed=frozenset({"availabilityZone", "privateIp", "vpcSecurityGroupIds"}),
)


def _template_data(props: Props) -> dict[str, Any]:
    shape = input_shape("ec2", "CreateLaunchTemplate").members["LaunchTemplateData"]
    plain = {k: v for k, v in props.items() if k not in {"tags", "region", "description", "name"}}
    names = {
        "vpcSecurityGroupIds": "SecurityGroupIds",
        "securityGroupNames": "SecurityGroups",
        "ramDiskId": "RamDiskId",
        "networkInterfaces.securityGroups": "Groups",
        "monitoring.enabled": "Enabled",
    }
    return {"LaunchTemplateData": to_api(shape, plain, names)}


def _find_template(at: At) -> Any:
    return described(
        "DescribeLaunchTemplates", lambda at: {"LaunchTemplateIds": [at.id]}, "LaunchTemplates[0]"
    )(at)


def _new_version(at: At, old: Props | None) -> None:
    if old is None or _template_data(old) == _template_data(at.props):
        return
    request = {"LaunchTemplateId": at.id, **_template_data(at.props)}
    answer = at.call("CreateLaunchTemplateVersion", request)
    if at.props.get("updateDefaultVersion"):
        number = str(answer["LaunchTemplateVersion"]["VersionNumber"])
        at.call("ModifyLaunchTemplate", {"LaunchTemplateId": at.id, "DefaultVersion": number})


DATA = (
    "blockDeviceMappings", "iamInstanceProfile", "imageId", "instanceType", "keyName",
    "metadataOptions", "monitoring", "networkInterfaces", "userData", "vpcSecurityGroupIds",
    "ebsOptimized", "disableApiTermination", "disableApiStop", "instanceMarketOptions",
    "placement", "creditSpecification", "cpuOptions", "maintenanceOptions",
)  # fmt: skip
TEMPLATE = Kind(
    sdk_name="ec2.LaunchTemplate",
    service="ec2",
    create="CreateLaunchTemplate",
    identity="answer.LaunchTemplate.LaunchTemplateId",
    find=_find_template,
    delete=called("DeleteLaunchTemplate", lambda at: {"LaunchTemplateId": at.id}),
    gone=frozenset({"InvalidLaunchTemplateId.NotFound"}),
    names={"name": "LaunchTemplateName", "namePrefix": "", "description": "VersionDescription"},
    own=frozenset({*DATA, "updateDefaultVersion"}),
    request=_template_data,
    replace=frozenset({"name"}),
    settle=_new_version,
    reads={
        "name": "LaunchTemplateName",
        "latestVersion": "LatestVersionNumber",
        "defaultVersion": "DefaultVersionNumber",
    },
    outputs=lambda at, found: {"arn": at.arn(f"launch-template/{at.id}")},
    autoname="name",
    tagging="ec2:launch-template",
)


KINDS = [INSTANCE, TEMPLATE]
