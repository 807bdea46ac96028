"""The aws target: managed services of AWS, or our own on EC2, in the zones that the spec names."""

from tricenter.components.observing import observe_roles
from tricenter.components.tree import Tree
from tricenter.topology.observed import Observed
from tricenter.topology.plan import Plan

PROFILE = "production"
"""The profile where none is configured: on a cloud, data is somebody's."""


def observe(stack: str, plan: Plan) -> Observed:
    """Who leads each database now: `components/observing.py`."""
    return observe_roles("aws", stack, plan)


def check_account(plan: Plan) -> None:
    """Raise TricenterError where the account is not ready for a plan, as far as AWS says it."""
    from tricenter.components.aws.account import refuse_unready
    from tricenter.roles.aws.calls import Regions

    refuse_unready(plan, Regions())


def deploy(tree: Tree, plan: Plan, stack: str, profile: str) -> None:
    """Put the resources of AWS into the components."""
    # Each takes a while to import: what another target deploys need not wait for them.
    from tricenter.components.aws.capabilities import deploy_sites, open_deployment
    from tricenter.components.aws.geodns import deploy_dns, make_zone

    deployment = open_deployment(tree, plan, stack, profile)
    zone = make_zone(deployment)
    writers = deploy_sites(deployment, zone)
    if zone is not None:
        deploy_dns(deployment, zone, writers=writers)
