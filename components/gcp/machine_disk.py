"""What a stack's machines share on Google Cloud, and the disk of one: its data, its snapshots."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from tricenter.components.gcp.deployment import Deployment, place_of
from tricenter.components.gcp.keys import Keys
from tricenter.components.gcp.network import Networks
from tricenter.components.gcp.snapshots import Snapshots
from tricenter.topology.gcp_disks import data_disk
from tricenter.topology.machines import DRILL_FULLS, data_disk_mib, machine_type
from tricenter.topology.plan import Plan, PlannedHost

compute = gcp.compute


@dataclass(frozen=True, slots=True, kw_only=True)
class Machines:
    """What a stack's machines share. By project and region: `files` are buckets, `granted` the
    rights of disks to their key."""

    deployment: Deployment
    plan: Plan
    networks: Networks
    keys: Keys
    snapshots: Snapshots
    files: Mapping[tuple[str, str], gcp.storage.Bucket]
    granted: Mapping[tuple[str, str], pulumi.Resource]
    seed: pulumi.Output[str]
    others: tuple[Mapping[str, pulumi.Output[str]], ...]

    def project(self, host: PlannedHost) -> str:
        """The project of a host."""
        return self.deployment.project_of(place_of(host).owner)

    def key_rights(self, host: PlannedHost) -> list[pulumi.Resource]:
        """What must be there before a disk of a host can be encrypted."""
        found = self.granted.get((self.project(host), place_of(host).region))
        return [found] if found else []


def _data_gib(shared: Machines, host: PlannedHost) -> int:
    """The data's disk: in production for all that is kept, in a drill for what a drill makes."""
    kept = host.disk_mib
    if shared.deployment.drill:
        kept = data_disk_mib(shared.plan, host.name, fulls=DRILL_FULLS)
    return kept // 1024


def make_disk(shared: Machines, host: PlannedHost) -> gcp.compute.Disk:
    """The data: kept when its machine goes, in production also when the stack goes."""
    deployment, place, project = shared.deployment, place_of(host), shared.project(host)
    parent = deployment.tree.networks[host.name]
    key = shared.keys.id_of(project, place.region)
    disk = compute.Disk(
        deployment.logical(host.name, "data"),
        name=deployment.named(host.name, "data"),
        project=project,
        zone=place.zone,
        type=data_disk(machine_type(shared.plan, host, deployment.profile)),
        size=_data_gib(shared, host),
        disk_encryption_key=compute.DiskDiskEncryptionKeyArgs(kms_key_self_link=key)
        if key
        else None,
        create_snapshot_before_destroy=not deployment.drill,
        labels=deployment.labels(site=host.name),
        opts=deployment.options(
            parent,
            owner=project,
            holds_data=True,
            after=shared.key_rights(host),
            retain_on_delete=not deployment.drill,
        ),
    )
    schedule = shared.snapshots.schedules.get((project, place.region))
    if schedule is not None:
        compute.DiskResourcePolicyAttachment(
            deployment.logical(host.name, "data", "snapshots"),
            name=schedule.name,
            disk=disk.name,
            project=project,
            zone=place.zone,
            opts=deployment.options(parent, owner=project),
        )
    plan = shared.snapshots.plans.get((project, place.region))
    if plan is not None:
        gcp.backupdisasterrecovery.BackupPlanAssociation(
            deployment.logical(host.name, "data", "vault"),
            backup_plan_association_id=deployment.named(host.name, "data"),
            project=project,
            location=place.region,
            resource=disk.id,
            resource_type="compute.googleapis.com/Disk",
            backup_plan=plan.name,
            opts=deployment.options(parent, owner=project),
        )
    return disk
