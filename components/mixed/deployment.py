"""Both clouds of a topology: the networks, the ways between them, machines, names, cold copies."""

from tricenter.components.aws import bundles as aws_bundles
from tricenter.components.aws import geodns as aws_names
from tricenter.components.aws import self_managed as on_aws
from tricenter.components.aws.capabilities import open_deployment as open_aws
from tricenter.components.aws.keys import make_keys as make_aws_keys
from tricenter.components.aws.machine_secrets import make_seed
from tricenter.components.aws.network import make_networks as make_aws_networks
from tricenter.components.aws.provider import spare_zones
from tricenter.components.aws.regions import find_regions
from tricenter.components.gcp import bundles as gcp_bundles
from tricenter.components.gcp import geodns as gcp_names
from tricenter.components.gcp import self_managed as on_gcp
from tricenter.components.gcp.deployment import open_deployment as open_gcp
from tricenter.components.gcp.keys import make_keys as make_gcp_keys
from tricenter.components.gcp.network import make_networks as make_gcp_networks
from tricenter.components.gcp.snapshots import make_snapshots as make_gcp_snapshots
from tricenter.components.mixed.cold import copy_to_other_cloud
from tricenter.components.mixed.vpn import connect_clouds
from tricenter.components.tree import Tree
from tricenter.topology.errors import TricenterError
from tricenter.topology.plan import Plan

CLOUDS = {"aws": "AWS", "gcp": "Google Cloud"}


def deploy_all(tree: Tree, plan: Plan, stack: str, profile: str) -> None:
    """Everything on both clouds; raises TricenterError where the plan does not stand on both."""
    check(plan)
    aws, gcp = open_aws(tree, plan, stack, profile), open_gcp(tree, plan, stack, profile)
    regions = find_regions(plan, spare_zones())
    vaults = {v.place.region for v in plan.vaults if v.place and v.place.cloud == "aws"}
    aws_keys = make_aws_keys(aws, sorted({region.name for region in regions} | vaults))
    aws_networks = make_aws_networks(aws, regions, aws_keys)
    gcp_networks, gcp_keys = make_gcp_networks(gcp), make_gcp_keys(gcp)
    connect_clouds(aws, gcp, aws_networks, gcp_networks, aws_keys)
    snapshots = make_gcp_snapshots(gcp, gcp_keys, {})
    # One authority for the sites of both clouds: what they show each other has to be of one seed.
    seed = make_seed(aws, [region.name for region in regions], aws_keys)
    carried = copy_to_other_cloud(aws, gcp, aws_keys, snapshots)
    on_aws.deploy(aws, aws_networks, aws_keys, seed=seed, vaults=carried)
    on_gcp.deploy(gcp, gcp_networks, gcp_keys, snapshots, seed=seed)
    aws_bundles.make_bundles(aws, aws_networks, aws_keys)
    gcp_bundles.make_bundles(gcp, gcp_keys)
    zone = aws_names.make_zone(aws)
    if zone is not None:
        aws_names.deploy_dns(aws, zone, writers={})
    if "cloud-dns" in plan.zone.services:
        gcp_names.deploy_dns(gcp, writers={})


def check(plan: Plan) -> None:
    """Refuse a plan that another target is for; raises TricenterError."""
    for host in plan.hosts:
        if host.place is None:
            where = "sites" if host.kind == "site" else "witnesses"
            raise TricenterError(
                f"{where}.{host.name}: it has no place on either cloud: state `aws` or `gcp`"
            )
    missing = CLOUDS.keys() - {host.place.cloud for host in plan.hosts if host.place}
    for cloud in sorted(missing):
        raise TricenterError(
            f"sites: none is on {CLOUDS[cloud]}: use the target of the other cloud alone"
        )
    for database in plan.databases:
        if database.service != "self-managed":
            raise TricenterError(
                f"databases.{database.name}: {database.service} ends at its own cloud; over two "
                "clouds only `self-managed` replicates"
            )
