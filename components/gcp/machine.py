"""One site's machine on Compute Engine: its identity, files and secret, the instance, its disk."""

from collections.abc import Mapping

import pulumi
import pulumi_gcp as gcp

from tricenter.components.gcp.deployment import place_of
from tricenter.components.gcp.machine_disk import Machines, make_disk
from tricenter.components.gcp.machine_network import machine_tag, names_tag
from tricenter.components.gcp.machine_secrets import keep_secret
from tricenter.components.machine_ports import serves_names
from tricenter.components.site_secrets import site_document
from tricenter.topology.gcp_disks import boot_disk
from tricenter.topology.gcp_names import LONGEST_ACCOUNT
from tricenter.topology.machines import architecture, machine_type
from tricenter.topology.plan import Plan, PlannedHost
from tricenter.topology.render.cloud_init import DEBIAN, secret_name, site_object
from tricenter.topology.render.first_boot import FORMS, fitting

compute = gcp.compute
ROOT_GB = 20
DISK = "tricenter-data"


def make_machine(shared: Machines, host: PlannedHost) -> gcp.compute.Instance:
    """The machine of a site with everything that it needs before it starts."""
    deployment, place, project = shared.deployment, place_of(host), shared.project(host)
    parent = deployment.tree.networks[host.name]
    bucket = shared.files[project, place.region]
    account = gcp.serviceaccount.Account(
        deployment.logical(host.name, "machine"),
        account_id=deployment.named(host.name, "machine", longest=LONGEST_ACCOUNT),
        project=project,
        display_name=f"the machine of {host.name} of {deployment.stack}",
        opts=deployment.options(parent, owner=project),
    )
    filled = _filled(shared, host)
    held = site_object(shared.plan, host, deployment.stack)
    document = pulumi.Output.all(
        shared.seed,
        bucket.name,
        [
            {"name": name, "cloud": "gcp", "region": "", "bucket": one.name}
            for name, one in filled.items()
        ],
        [*shared.others] if _keeps(shared.plan, host) else [],
    ).apply(
        lambda told: site_document(
            *(str(told[0]), shared.plan, host),
            bucket=str(told[1]),
            held=held,
            vaults=[*told[2], *told[3]],
        )
    )
    version = keep_secret(
        deployment,
        (host.name, "secret"),
        project,
        [place.region],
        parent,
        document,
        own=secret_name(deployment.stack, host.name),
    )
    config = gcp.storage.BucketObject(
        deployment.logical(host.name, "files"),
        name=f"config/{host.name}.json",
        bucket=bucket.name,
        content=held,
        content_type="application/json",
        opts=deployment.options(parent, owner=project),
    )
    rights = _rights(shared, host, account, version, bucket, filled)
    disk = make_disk(shared, host)
    instance = _instance(shared, host, account, disk, [version, config, *rights])
    for member in shared.plan.members_of(host.name):
        deployment.tree.members[member.database, host.name].outputs |= {
            "address": member.address,
            "instance": instance.id,
        }
    return instance


def _keeps(plan: Plan, host: PlannedHost) -> bool:
    return any(backup.repositories[:1] == (host.name,) for backup in plan.backups)


def _filled(shared: Machines, host: PlannedHost) -> Mapping[str, gcp.storage.Bucket]:
    """The vaults that a site's repository is copied to."""
    names = {
        vault
        for backup in shared.plan.backups
        if backup.repositories[:1] == (host.name,)
        for vault in backup.vaults
    }
    return {name: one for name, one in shared.snapshots.cold.items() if name in names}


def _rights(
    shared: Machines,
    host: PlannedHost,
    account: gcp.serviceaccount.Account,
    secret: gcp.secretmanager.SecretVersion,
    files: gcp.storage.Bucket,
    vaults: Mapping[str, gcp.storage.Bucket],
) -> list[pulumi.Resource]:
    """Its own secret, its own files, and adding to vaults, where it may read and delete nothing."""
    deployment, project = shared.deployment, shared.project(host)
    opts = deployment.options(deployment.tree.networks[host.name], owner=project)
    read = gcp.secretmanager.SecretIamMember(
        deployment.logical(host.name, "machine", "secret"),
        project=project,
        secret_id=secret.secret,
        role="roles/secretmanager.secretAccessor",
        member=account.member,
        opts=opts,
    )
    own = files.name.apply(
        lambda name: f'resource.name == "projects/_/buckets/{name}/objects/config/{host.name}.json"'
    )
    seen = gcp.storage.BucketIAMMember(
        deployment.logical(host.name, "machine", "files"),
        bucket=files.name,
        role="roles/storage.objectViewer",
        member=account.member,
        condition=gcp.storage.BucketIAMMemberConditionArgs(
            title=f"files of {host.name}", expression=own
        ),
        opts=opts,
    )
    added = [
        gcp.storage.BucketIAMMember(
            deployment.logical(host.name, "machine", name),
            bucket=bucket.name,
            role="roles/storage.objectCreator",
            member=account.member,
            opts=opts,
        )
        for name, bucket in vaults.items()
    ]
    return [read, seen, *added]


def _instance(
    shared: Machines,
    host: PlannedHost,
    account: gcp.serviceaccount.Account,
    disk: gcp.compute.Disk,
    after: list[pulumi.Resource],
) -> gcp.compute.Instance:
    deployment, place, project = shared.deployment, place_of(host), shared.project(host)
    kind = machine_type(shared.plan, host, deployment.profile)
    key = shared.keys.id_of(project, place.region)
    public = serves_names(deployment.plan, host)
    way_out = shared.networks.exits.get((project, place.region))
    options = deployment.options(
        deployment.tree.networks[host.name],
        owner=project,
        after=[*after, *shared.key_rights(host), *([way_out] if way_out else [])],
        # A newer image is no reason to make a site's machine anew.
        ignore_changes=["bootDisk.initializeParams.image"],
    )
    return compute.Instance(
        deployment.logical(host.name, "machine"),
        name=deployment.named(host.name),
        project=project,
        zone=place.zone,
        machine_type=kind,
        tags=[machine_tag(deployment), *([names_tag(deployment)] if public else [])],
        boot_disk=_boot_disk(kind, key),
        attached_disks=[
            compute.InstanceAttachedDiskArgs(
                source=disk.id, device_name=DISK, kms_key_self_link=key
            )
        ],
        network_interfaces=[_interface(shared, host, public=public)],
        service_account=compute.InstanceServiceAccountArgs(
            # Rights are the account's; the scope only does not narrow them.
            email=account.email,
            scopes=["cloud-platform"],
        ),
        shielded_instance_config=compute.InstanceShieldedInstanceConfigArgs(
            enable_secure_boot=True, enable_vtpm=True, enable_integrity_monitoring=True
        ),
        metadata={
            FORMS["gcp"][0]: fitting(shared.plan, host, deployment.stack).decode(),
            "enable-oslogin": "TRUE",
            "block-project-ssh-keys": "TRUE",
            "serial-port-enable": "FALSE",
        },
        scheduling=compute.InstanceSchedulingArgs(
            automatic_restart=True, on_host_maintenance="MIGRATE"
        ),
        can_ip_forward=False,
        deletion_protection=not deployment.drill,
        allow_stopping_for_update=deployment.drill,
        labels=deployment.labels(site=host.name),
        opts=pulumi.ResourceOptions.merge(
            options,
            # Its addresses and its disk are one site's: the old machine goes first.
            pulumi.ResourceOptions(protect=not deployment.drill, delete_before_replace=True),
        ),
    )


def _boot_disk(machine: str, key: pulumi.Output[str] | None) -> gcp.compute.InstanceBootDiskArgs:
    """Debian's own image for the machine's processor, on a disk that goes with it."""
    arm = "-arm64" if architecture(machine) == "arm64" else ""
    return compute.InstanceBootDiskArgs(
        auto_delete=True,
        kms_key_self_link=key,
        initialize_params=compute.InstanceBootDiskInitializeParamsArgs(
            image=f"projects/debian-cloud/global/images/family/debian-{DEBIAN[0]}{arm}",
            size=ROOT_GB,
            type=boot_disk(machine),
        ),
    )


def _interface(
    shared: Machines, host: PlannedHost, *, public: bool
) -> gcp.compute.InstanceNetworkInterfaceArgs:
    """One address for the site, one for each of its databases, none that is public by default."""
    deployment, place, project = shared.deployment, place_of(host), shared.project(host)
    access: list[gcp.compute.InstanceNetworkInterfaceAccessConfigArgs] = []
    if public:
        address = compute.Address(
            deployment.logical(host.name, "names"),
            name=deployment.named(host.name, "names"),
            project=project,
            region=place.region,
            labels=deployment.labels(site=host.name),
            opts=deployment.options(deployment.tree.networks[host.name], owner=project),
        )
        access = [compute.InstanceNetworkInterfaceAccessConfigArgs(nat_ip=address.address)]
    return compute.InstanceNetworkInterfaceArgs(
        subnetwork=shared.networks.subnetworks[host.name].id,
        network_ip=host.address,
        alias_ip_ranges=[
            compute.InstanceNetworkInterfaceAliasIpRangeArgs(ip_cidr_range=f"{address}/32")
            for address in host.addresses[1:]
        ],
        access_configs=access or None,
        stack_type="IPV4_ONLY",
    )
