"""One site's machine on EC2: its identity, its files and secret, the instance, its volume."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi_aws import ebs, ec2, s3

from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.image import debian
from tricenter.components.aws.keys import Keys
from tricenter.components.aws.machine_rights import make_profile
from tricenter.components.aws.machine_secrets import keep_secret
from tricenter.components.aws.network import Networks
from tricenter.components.aws.regions import place_of
from tricenter.components.aws.volume_snapshots import TAG
from tricenter.components.machine_ports import serves_names
from tricenter.components.site_secrets import site_document
from tricenter.topology.machines import DRILL_FULLS, architecture, data_disk_mib, machine_type
from tricenter.topology.plan import Plan, PlannedHost
from tricenter.topology.render.cloud_init import secret_name, site_object
from tricenter.topology.render.first_boot import fitting

ROOT_GIB = 20
DEVICE = "/dev/sdf"
IOPS, THROUGHPUT = 6000, 250
"""Operations and MiB a second of a volume in production; gp3's own are 3000 and 125."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machines:
    """What a stack's machines share. Mappings are by region; `vaults` are regions and
    buckets by vault."""

    deployment: Deployment
    plan: Plan
    networks: Networks
    keys: Keys
    groups: Mapping[str, ec2.SecurityGroup]
    exits: Mapping[str, pulumi.Resource]
    files: Mapping[str, s3.Bucket]
    vaults: Mapping[str, tuple[str, s3.Bucket]]
    seed: pulumi.Output[str]


def make_machine(
    shared: Machines, host: PlannedHost, others: tuple[Mapping[str, pulumi.Output[str]], ...]
) -> ec2.Instance:
    """The machine of a site with everything that it needs before it starts."""
    deployment, place = shared.deployment, place_of(host)
    bucket = shared.files[place.region]
    parent = deployment.tree.networks[host.name]
    filled = _filled(shared, host)
    named = deployment.name(host.name, "secret")
    held = site_object(shared.plan, host, deployment.stack)
    document = pulumi.Output.all(
        shared.seed,
        bucket.bucket,
        [
            {"name": name, "cloud": "aws", "region": region, "bucket": one.bucket}
            for name, (region, one) in filled.items()
        ],
        [*others] if _keeps(shared.plan, host) else [],
    ).apply(
        lambda told: site_document(
            *(str(told[0]), shared.plan, host),
            bucket=str(told[1]),
            held=held,
            vaults=[*told[2], *told[3]],
        )
    )
    own = secret_name(deployment.stack, host.name)
    version = keep_secret(deployment, named, place.region, shared.keys, parent, document, named=own)
    config = s3.BucketObjectv2(
        deployment.name(host.name, "files"),
        region=place.region,
        bucket=bucket.id,
        key=f"config/{host.name}.json",
        content=held,
        content_type="application/json",
        server_side_encryption="aws:kms",
        kms_key_id=shared.keys[place.region].arn,
        opts=deployment.options(parent),
    )
    profile = make_profile(
        deployment,
        host.name,
        place.region,
        version.secret_id,
        shared.keys[place.region],
        bucket.arn,
        [(one.arn, shared.keys[region].arn) for region, one in filled.values()],
    )
    instance = _instance(shared, host, profile, [version, config, shared.exits[host.name]])
    _volume(shared, host, instance)
    if serves_names(deployment.plan, host):
        _public_address(shared, host, instance)
    for member in shared.plan.members_of(host.name):
        deployment.tree.members[member.database, host.name].outputs |= {
            "address": member.address,
            "instance": instance.id,
        }
    return instance


def _public_address(shared: Machines, host: PlannedHost, instance: ec2.Instance) -> None:
    """Where everybody reaches a site's name server, if the spec says that it has one."""
    deployment = shared.deployment
    name = deployment.name(host.name, "names")
    ec2.Eip(
        name,
        region=place_of(host).region,
        domain="vpc",
        instance=instance.id,
        associate_with_private_ip=host.address,
        tags=deployment.tags(name, host.name),
        opts=deployment.options(
            deployment.tree.networks[host.name], after=[shared.exits[host.name]]
        ),
    )


def _keeps(plan: Plan, host: PlannedHost) -> bool:
    return any(backup.repositories[:1] == (host.name,) for backup in plan.backups)


def _filled(shared: Machines, host: PlannedHost) -> Mapping[str, tuple[str, s3.Bucket]]:
    """The vaults that a site's repository is copied to."""
    names = {
        vault
        for backup in shared.plan.backups
        if backup.repositories[:1] == (host.name,)
        for vault in backup.vaults
    }
    return {name: bucket for name, bucket in shared.vaults.items() if name in names}


def _instance(
    shared: Machines,
    host: PlannedHost,
    profile: aws.iam.InstanceProfile,
    after: list[pulumi.Resource],
) -> ec2.Instance:
    deployment, place = shared.deployment, place_of(host)
    name = deployment.name(host.name, "machine")
    kind = machine_type(shared.plan, host, deployment.profile)
    options = deployment.options(
        deployment.tree.networks[host.name],
        after=after,
        # A new image or new user data is no reason to stop a site: files come from its bucket,
        # security upgrades by themselves, and a machine is replaced one at a time by a person.
        ignore=["ami", "userDataBase64"],
    )
    return ec2.Instance(
        name,
        region=place.region,
        ami=debian(deployment, place.region, architecture(kind)),
        instance_type=kind,
        availability_zone=place.zone,
        subnet_id=shared.networks[place.region].subnets[host.name].id,
        private_ip=host.address,
        secondary_private_ips=[*host.addresses[1:]],
        associate_public_ip_address=False,
        vpc_security_group_ids=[shared.groups[place.region].id],
        iam_instance_profile=profile.name,
        user_data_base64=base64.b64encode(fitting(shared.plan, host, deployment.stack)).decode(),
        user_data_replace_on_change=False,
        metadata_options=ec2.InstanceMetadataOptionsArgs(
            http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
        ),
        root_block_device=ec2.InstanceRootBlockDeviceArgs(
            volume_type="gp3",
            volume_size=ROOT_GIB,
            encrypted=True,
            kms_key_id=shared.keys[place.region].arn,
            delete_on_termination=True,
        ),
        monitoring=True,
        ebs_optimized=True,
        disable_api_termination=deployment.production,
        instance_initiated_shutdown_behavior="stop",
        tags=deployment.tags(name, host.name),
        opts=pulumi.ResourceOptions.merge(
            options,
            # Its addresses and its volume are one site's: the old machine goes first.
            pulumi.ResourceOptions(protect=deployment.production, delete_before_replace=True),
        ),
    )


def _data_gib(shared: Machines, host: PlannedHost) -> int:
    """The data's volume: in production for all that is kept, in a drill for what a drill makes."""
    kept = host.disk_mib
    if not shared.deployment.production:
        kept = data_disk_mib(shared.plan, host.name, fulls=DRILL_FULLS)
    return kept // 1024


def _volume(shared: Machines, host: PlannedHost, instance: ec2.Instance) -> ebs.Volume:
    """The data: kept when its machine goes, and in production when the stack goes."""
    deployment, place = shared.deployment, place_of(host)
    name = deployment.name(host.name, "data")
    parent = deployment.tree.networks[host.name]
    volume = ebs.Volume(
        name,
        region=place.region,
        availability_zone=place.zone or "",
        size=_data_gib(shared, host),
        type="gp3",
        iops=IOPS if deployment.production else None,
        throughput=THROUGHPUT if deployment.production else None,
        encrypted=True,
        kms_key_id=shared.keys[place.region].arn,
        final_snapshot=deployment.production,
        tags=deployment.tags(name, host.name) | {TAG: deployment.stack},
        opts=deployment.options(parent, holds_data=True),
    )
    ec2.VolumeAttachment(
        name,
        region=place.region,
        device_name=DEVICE,
        instance_id=instance.id,
        volume_id=volume.id,
        stop_instance_before_detaching=True,
        opts=deployment.options(parent),
    )
    return volume
