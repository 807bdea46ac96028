"""The vaults of AWS Backup: one in each region of a site, and those of the spec."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi_aws import backup as aws_backup

from tricenter.components.aws import buckets
from tricenter.components.aws.deployment import Deployment, days
from tricenter.components.aws.keys import Keys, make_key
from tricenter.components.aws.provider import vault_provider
from tricenter.components.aws.regions import Region
from tricenter.topology.aws_names import identifier, partition_of
from tricenter.topology.clouds.vault_copies import reached_from
from tricenter.topology.errors import TricenterError
from tricenter.topology.plan import Plan, PlannedPlace, PlannedVault

LONGEST_VAULT = 50
DAYS_TO_REGRET = 3
"""After these a lock in compliance mode cannot be taken back by anybody; AWS wants at least 3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vaults:
    """Where backups go: `own` by region, `stated` by the spec's name of the vault.

    `places` says where the stated ones are.
    """

    own: Mapping[str, aws_backup.Vault]
    stated: Mapping[str, aws_backup.Vault]
    places: Mapping[str, PlannedPlace]


def stated_vaults(plan: Plan, regions: Sequence[Region]) -> dict[str, PlannedPlace]:
    """The vaults of the spec that are on AWS; raises TricenterError where no copy reaches one."""
    sites = {region.name for region in regions}
    managed = any(database.service != "self-managed" for database in plan.databases)
    found: dict[str, PlannedPlace] = {}
    for vault in plan.vaults:
        if vault.place is None or vault.place.cloud != "aws":
            continue
        if managed and not reached_from(vault.place, sites):
            raise TricenterError(
                f"vaults.{vault.name}.aws: in this partition no copy reaches another account in "
                f"another region ({vault.place.region}) in one step: choose "
                f"{' or '.join(sorted(sites))}, where sites are, or leave out the account"
            )
        found[vault.name] = vault.place
    return found


def make_vaults(deployment: Deployment, regions: Sequence[Region], keys: Keys) -> Vaults:
    """The vaults, locked in production as long as the strictest schedule that names them asks."""
    plan = deployment.plan
    places = stated_vaults(plan, regions)
    own = {
        region.name: _vault(
            deployment,
            deployment.name(region.name, "vault"),
            region.name,
            keys[region.name].arn,
            max((days(backup.immutable or 0) for backup in plan.backups), default=0),
        )
        for region in regions
    }
    stated = {
        vault.name: _stated_vault(deployment, vault, places[vault.name], keys)
        for vault in plan.vaults
        if vault.name in places
    }
    return Vaults(own=own, stated=stated, places=places)


def _stated_vault(
    deployment: Deployment, vault: PlannedVault, place: PlannedPlace, keys: Keys
) -> aws_backup.Vault:
    parent = deployment.tree.snapshots
    name = deployment.name(vault.name, "vault")
    locked = [
        days(backup.immutable or 0)
        for backup in deployment.plan.backups
        if vault.name in backup.vaults
    ]
    provider = None
    key = keys[place.region].arn
    if place.owner:
        provider = vault_provider(
            deployment.name(vault.name, "aws"), parent, place.region, place.owner
        )
        made = make_key(
            *(deployment, place.region, vault.name, place.owner, provider),
            guests=pulumi.Output.all(deployment.account),
        )
        key = made.arn
    asked = _vault(deployment, name, place.region, key, max(locked, default=0), provider)
    if place.owner:
        _let_in(deployment, name, place.region, asked, provider)
    if vault.medium == "object-lock":
        cold = buckets.make_bucket(
            buckets.Asked(
                deployment=deployment,
                name=deployment.name(vault.name, "cold"),
                region=place.region,
                key=key,
                parent=parent,
                provider=provider,
                account=place.owner,
                lockable=True,
                locked_days=max(locked, default=0) or None if deployment.production else None,
            )
        )
        # For dumps that another cloud can restore; what AWS Backup keeps is in the vault itself.
        parent.outputs.setdefault("cold", {})[vault.name] = cold.bucket
    return asked


def _vault(
    deployment: Deployment,
    name: str,
    region: str,
    key: pulumi.Output[str],
    locked_days: int,
    provider: aws.Provider | None = None,
) -> aws_backup.Vault:
    """A vault; only production locks it, since nothing takes a lock away, and a drill ends."""
    parent = deployment.tree.snapshots
    own = name.removeprefix(f"{deployment.plan.topology}-")
    vault = aws_backup.Vault(
        name,
        region=region,
        name=identifier(deployment.stack, own, longest=LONGEST_VAULT),
        kms_key_arn=key,
        force_destroy=not deployment.production,
        tags=deployment.tags(name),
        opts=deployment.options(parent, provider=provider, holds_data=True),
    )
    if locked_days and deployment.production:
        aws_backup.VaultLockConfiguration(
            name,
            region=region,
            backup_vault_name=vault.name,
            min_retention_days=locked_days,
            changeable_for_days=DAYS_TO_REGRET,
            opts=deployment.options(parent, provider=provider),
        )
    return vault


def _let_in(
    deployment: Deployment,
    name: str,
    region: str,
    vault: aws_backup.Vault,
    provider: aws.Provider | None,
) -> None:
    """The account of the sites may put copies into the other account's vault, and nothing else."""

    def write(account: str) -> str:
        allowed = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:{partition_of(region)}:iam::{account}:root"},
            "Action": "backup:CopyIntoBackupVault",
            "Resource": "*",
        }
        return json.dumps({"Version": "2012-10-17", "Statement": [allowed]})

    aws_backup.VaultPolicy(
        name,
        region=region,
        backup_vault_name=vault.name,
        policy=pulumi.Output.from_input(deployment.account).apply(write),
        opts=deployment.options(deployment.tree.snapshots, provider=provider),
    )
