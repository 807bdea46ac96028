"""Every capability of a topology on AWS, in the order in which one stands on the other."""

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_aws import route53

from tricenter.components.aws import aurora, rds
from tricenter.components.aws.bundles import make_bundles
from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.failover import make_failover
from tricenter.components.aws.fis import make_experiments
from tricenter.components.aws.grounds import Grounds, prepare
from tricenter.components.aws.keys import make_keys
from tricenter.components.aws.managed import Databases
from tricenter.components.aws.network import make_networks
from tricenter.components.aws.provider import account_id, account_provider, run_tags, spare_zones
from tricenter.components.aws.regions import Region, find_regions, owner_of
from tricenter.components.aws.snapshots import make_snapshots
from tricenter.components.aws.vaults import stated_vaults
from tricenter.components.tree import Tree
from tricenter.topology.plan import Plan

MANAGED = {"aurora": aurora.make_database, "rds": rds.make_database}
"""What makes a database, by the spec's word for the service."""
SELF_MANAGED = "self-managed"


def open_deployment(tree: Tree, plan: Plan, stack: str, profile: str) -> Deployment:
    """The provider of the sites' account, and what all resources on AWS share."""
    regions = find_regions(plan)
    owner = owner_of(plan)
    provider = account_provider(f"{plan.topology}-aws", tree.root, regions[0].name, owner)
    return Deployment(
        tree=tree,
        plan=plan,
        stack=stack,
        profile=profile,
        provider=provider,
        account=account_id(provider, owner),
        run=run_tags(profile),
    )


def make_databases(
    deployment: Deployment, regions: Sequence[Region], grounds: Grounds
) -> Databases:
    """The databases that are managed; those on machines are not among them."""
    return {
        database.name: MANAGED[database.service](deployment, regions, grounds, database)
        for database in deployment.plan.databases
        if database.service in MANAGED
    }


def deploy_sites(
    deployment: Deployment, zone: route53.Zone | None
) -> Mapping[str, pulumi.Input[str]]:
    """Everything but DNS, for the sites that stand on AWS; the writers' endpoints by database.

    `zone` is the zone in Route 53 of whose names a failover may turn some.
    """
    plan = deployment.plan
    regions = find_regions(plan, spare_zones())
    places = stated_vaults(plan, regions).values()
    keys = make_keys(
        deployment, (*(region.name for region in regions), *(place.region for place in places))
    )
    networks = make_networks(deployment, regions, keys)
    managed = {database.service for database in plan.databases} & MANAGED.keys()
    databases: Databases = {}
    if managed:
        grounds = prepare(deployment, networks, keys)
        databases = make_databases(deployment, regions, grounds)
        make_failover(deployment, networks, keys, databases, zone)
        make_experiments(deployment, networks, keys)
        make_snapshots(deployment, regions, grounds, databases)
    make_bundles(deployment, networks, keys)
    if any(database.service == SELF_MANAGED for database in plan.databases):
        from tricenter.components.aws import self_managed

        self_managed.deploy(deployment, networks, keys)
    return {name: one.writer for name, one in databases.items()}
