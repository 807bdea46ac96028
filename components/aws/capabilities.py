"""Every capability of a topology on AWS, in the order in which one stands on the other."""

from tricenter.components.aws import aurora
from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.grounds import prepare
from tricenter.components.aws.keys import make_keys
from tricenter.components.aws.managed import ManagedDatabase
from tricenter.components.aws.network import make_networks
from tricenter.components.aws.provider import account_id, account_provider, run_tags, spare_zones
from tricenter.components.aws.regions import find_regions, owner_of
from tricenter.components.tree import Tree
from tricenter.topology.plan import Plan


def begin(tree: Tree, plan: Plan, stack: str, profile: str) -> Deployment:
    """The provider of the sites' account, and what all resources share."""
    regions = find_regions(plan, spare_zones())
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


def deploy_all(tree: Tree, plan: Plan, stack: str, profile: str) -> None:
    """Networks, keys and databases in every region that a site stands in."""
    deployment = begin(tree, plan, stack, profile)
    regions = find_regions(plan, spare_zones())
    keys = make_keys(deployment, regions)
    networks = make_networks(deployment, regions, keys)
    managed: dict[str, ManagedDatabase] = {}
    grounds = prepare(deployment, networks, keys)
    for database in plan.databases:
        if database.service == "aurora":
            managed[database.name] = aurora.make_database(deployment, regions, grounds, database)
