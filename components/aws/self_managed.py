"""Self-managed databases on EC2: a machine a site, its data on a volume of its own."""

from collections.abc import Mapping

import pulumi
from pulumi_aws import ec2, s3

from tricenter.components.aws import buckets
from tricenter.components.aws.deployment import Deployment, days
from tricenter.components.aws.keys import Keys
from tricenter.components.aws.machine import Machines, make_machine
from tricenter.components.aws.machine_network import make_exits, make_machine_group
from tricenter.components.aws.machine_secrets import make_seed
from tricenter.components.aws.network import Networks
from tricenter.components.aws.regions import place_of
from tricenter.components.aws.volume_snapshots import make_schedules
from tricenter.components.machine_ports import needs_machine
from tricenter.topology.addresses import own_plan


def deploy(
    deployment: Deployment,
    networks: Networks,
    keys: Keys,
    *,
    seed: pulumi.Output[str] | None = None,
    vaults: tuple[Mapping[str, pulumi.Output[str]], ...] = (),
) -> Mapping[str, ec2.Instance]:
    """A machine for each site and voice on AWS of the self-managed databases, by host.

    `seed` is given where another cloud's sites share it, `vaults` are further ones to fill (name,
    cloud, region, bucket).
    """
    plan = own_plan(deployment.plan)
    hosts = tuple(
        host
        for host in plan.hosts
        if host.place and host.place.cloud == "aws" and needs_machine(plan, host)
    )
    regions = sorted({place_of(host).region for host in hosts})
    used = {region: networks[region] for region in regions}
    shared = Machines(
        deployment=deployment,
        plan=plan,
        networks=used,
        keys=keys,
        groups={name: make_machine_group(deployment, net, plan) for name, net in used.items()},
        exits=make_exits(deployment, used, hosts),
        files={region: _files_bucket(deployment, region, keys) for region in regions},
        vaults=_vault_buckets(deployment, keys, regions),
        seed=seed if seed is not None else make_seed(deployment, regions, keys),
    )
    make_schedules(deployment, plan, {region: keys[region] for region in regions})
    return {host.name: make_machine(shared, host, vaults) for host in hosts}


def _files_bucket(deployment: Deployment, region: str, keys: Keys) -> s3.Bucket:
    return buckets.make_bucket(
        buckets.Asked(
            deployment=deployment,
            name=deployment.name(region, "files"),
            region=region,
            key=keys[region].arn,
            parent=deployment.tree.root,
        )
    )


def _vault_buckets(
    deployment: Deployment, keys: Keys, regions: list[str]
) -> Mapping[str, tuple[str, s3.Bucket]]:
    """A bucket, with its region, for each vault on AWS; in production it is locked."""
    made: dict[str, tuple[str, s3.Bucket]] = {}
    for vault in deployment.plan.vaults:
        place = vault.place
        if place is None or place.cloud != "aws":
            continue
        if place.owner:
            pulumi.log.warn(
                f"vaults.{vault.name}: copies of self-managed databases stay, locked, in the "
                f"account of the sites: a machine has no rights in account {place.owner}"
            )
        # A region without sites has no key of ours unless a vault was given one.
        region = place.region if place.region in keys else regions[-1]
        held = [b.immutable or 0 for b in deployment.plan.backups if vault.name in b.vaults]
        bucket = buckets.make_bucket(
            buckets.Asked(
                deployment=deployment,
                name=deployment.name(vault.name, "repository"),
                region=region,
                key=keys[region].arn,
                parent=deployment.tree.snapshots,
                locked_days=days(max(held, default=0)) or None if deployment.production else None,
            )
        )
        made[vault.name] = (region, bucket)
    return made
