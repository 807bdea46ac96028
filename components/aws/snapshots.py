"""The snapshot lifecycle: AWS Backup in every region, so that backup follows whoever leads."""

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_aws import backup as aws_backup
from pulumi_aws import iam

from tricenter.components.aws.backup_rights import make_role
from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.grounds import Grounds
from tricenter.components.aws.managed import Databases, ManagedDatabase
from tricenter.components.aws.regions import Region
from tricenter.components.aws.restore_tests import make_restore_test
from tricenter.components.aws.schedules import backup_rules
from tricenter.components.aws.vaults import Vaults, make_vaults
from tricenter.topology.clouds.vault_copies import reached_from
from tricenter.topology.forecast.copies import SNAPSHOT_WINDOWS
from tricenter.topology.plan import PlannedBackup, PlannedPlace

START_MINUTES, COMPLETION_MINUTES = SNAPSHOT_WINDOWS


def make_snapshots(
    deployment: Deployment, regions: Sequence[Region], grounds: Grounds, databases: Databases
) -> Vaults:
    """Vaults, and for each schedule a plan in each region over that region's copies."""
    plan = deployment.plan
    keys = grounds.keys
    vaults = make_vaults(deployment, regions, keys)
    arns = [arn for managed in databases.values() for arn in managed.arns.values()]
    role, rights = make_role(deployment, arns, keys)
    for backup in plan.backups:
        covered = [databases[name] for name in backup.databases if name in databases]
        for region in regions:
            held = [managed for managed in covered if region.name in managed.arns]
            if held:
                _plan(deployment, grounds, region.name, backup, held, vaults, role, rights)
    return vaults


def destinations(
    backup: PlannedBackup, region: str, sites: Mapping[str, str], vaults: Mapping[str, PlannedPlace]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Where a schedule's copies go from one region: other regions by name, vaults by name.

    `sites` has each site's region, `vaults` the places of those that are stated. A schedule whose
    named sites all are in this region copies to all other regions: after a change of roles a copy
    must be elsewhere, too.
    """
    named = sorted({sites[site] for site in backup.repositories if site in sites} - {region})
    if not named:
        named = sorted(set(sites.values()) - {region})
    reached = [
        name for name in backup.vaults if name in vaults and reached_from(vaults[name], {region})
    ]
    return tuple(named), tuple(reached)


def _plan(
    deployment: Deployment,
    grounds: Grounds,
    region: str,
    backup: PlannedBackup,
    held: Sequence[ManagedDatabase],
    vaults: Vaults,
    role: iam.Role,
    rights: pulumi.Resource,
) -> None:
    parent = deployment.tree.snapshots
    name = deployment.name(region, "backup", backup.name)
    copies = _copies(deployment, backup, region, vaults)
    made = aws_backup.Plan(
        name,
        region=region,
        name=f"{deployment.stack}-{backup.name}",
        rules=[
            aws_backup.PlanRuleArgs(
                rule_name=rule.name,
                target_vault_name=vaults.own[region].name,
                schedule=rule.schedule,
                schedule_expression_timezone="Etc/UTC",
                start_window=START_MINUTES,
                completion_window=COMPLETION_MINUTES,
                enable_continuous_backup=rule.continuous,
                lifecycle=aws_backup.PlanRuleLifecycleArgs(delete_after=rule.keep_days),
                copy_actions=[
                    aws_backup.PlanRuleCopyActionArgs(
                        destination_vault_arn=arn,
                        lifecycle=aws_backup.PlanRuleCopyActionLifecycleArgs(
                            delete_after=rule.keep_days
                        ),
                    )
                    for arn in copies
                ],
                recovery_point_tags=deployment.tags(f"{name}-{rule.name}"),
            )
            for rule in backup_rules(backup, production=deployment.production)
        ],
        tags=deployment.tags(name),
        opts=deployment.options(parent),
    )
    aws_backup.Selection(
        name,
        region=region,
        name=f"{deployment.stack}-{backup.name}"[:LONGEST_SELECTION],
        plan_id=made.id,
        iam_role_arn=role.arn,
        resources=[managed.arns[region] for managed in held],
        opts=deployment.options(parent, after=[rights]),
    )
    if backup.restore_test:
        make_restore_test(deployment, grounds, region, backup, held, vaults.own[region])


LONGEST_SELECTION = 50


def _copies(
    deployment: Deployment, backup: PlannedBackup, region: str, vaults: Vaults
) -> list[pulumi.Output[str]]:
    sites = {
        host.name: host.place.region
        for host in deployment.plan.sites
        if host.place and host.place.region in vaults.own
    }
    regions, stated = destinations(backup, region, sites, vaults.places)
    return [
        *(vaults.own[other].arn for other in regions),
        *(vaults.stated[name].arn for name in stated),
    ]
