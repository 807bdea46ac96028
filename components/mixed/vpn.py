"""The ways between the clouds: four tunnels between each region of one and each of the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from itertools import product
from typing import Any

import pulumi
import pulumi_gcp as gcp
from pulumi_aws import cloudwatch, ec2

from tricenter.components.aws.deployment import Deployment as Aws
from tricenter.components.aws.keys import Keys
from tricenter.components.aws.network import Networks as AwsNetworks
from tricenter.components.aws.network import RegionNetwork
from tricenter.components.gcp.deployment import Deployment as Gcp
from tricenter.components.gcp.deployment import place_of
from tricenter.components.gcp.network import Networks as GcpNetworks
from tricenter.topology.errors import TricenterError

compute = gcp.compute
AWS_ASN, GCP_ASN = 64512, 65001
"""Private numbers of autonomous systems (RFC 6996)."""
DEFAULT_PRIORITY = 100
"""Of advertised routes: Google's own default, stated since it is answered (2026-11-24)."""
INSIDE = IPv4Network("169.254.64.0/18")
"""Link-local addresses of tunnels; AWS keeps 169.254.0-5 and 169.254.169.252 for itself (checked
2026-11-24, https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html).
"""
CONNECTIONS, TUNNELS = 2, 2
"""Two connections of AWS, one to each interface of Google's gateway, with two tunnels each."""
STRONG: Mapping[str, Any] = {
    "ike_versions": ["ikev2"],
    "phase1_encryption_algorithms": ["AES256-GCM-16"],
    "phase1_integrity_algorithms": ["SHA2-384"],
    "phase1_dh_group_numbers": [20],
    "phase2_encryption_algorithms": ["AES256-GCM-16"],
    "phase2_integrity_algorithms": ["SHA2-384"],
    "phase2_dh_group_numbers": [20],
    "startup_action": "start",
    "dpd_timeout_action": "restart",
}
"""What both gateways can do; AWS would else also take groups and ciphers that are out of date.

Checked 2026-11-24: https://cloud.google.com/network-connectivity/docs/vpn/concepts/supported-ike-ciphers
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """Two regions to be connected: AWS's by name, Google's by project and name."""

    amazon: Aws
    google: Gcp
    here: RegionNetwork
    gateway: ec2.VpnGateway
    there: tuple[str, str]
    far: gcp.compute.HaVpnGateway
    router: gcp.compute.Router
    log: cloudwatch.LogGroup
    number: int

    @property
    def region(self) -> str:
        """AWS's region."""
        return self.here.region.name

    def name(self, *parts: object) -> str:
        """A logical name of this pair."""
        subject = "-".join(map(str, (self.there[1], *parts)))
        return self.amazon.name(self.region, "vpn", subject)

    def own(self, *parts: object) -> str:
        """The name that Google knows a resource of this pair by."""
        return self.google.named("vpn", self.region, self.there[1], *map(str, parts))


def connect_clouds(
    aws: Aws, google: Gcp, aws_networks: AwsNetworks, gcp_networks: GcpNetworks, keys: Keys
) -> None:
    """Connect each region of AWS with each of Google Cloud; routes find their way by BGP."""
    gateways = {region: _gateway(aws, network) for region, network in aws_networks.items()}
    places = sorted(
        {(google.project_of(place_of(h).owner), place_of(h).region) for h in google.hosts}
    )
    far = {place: _far_gateway(google, place, gcp_networks) for place in places}
    logs = {region: _log(aws, region, keys) for region in aws_networks}
    for number, (region, place) in enumerate(product(sorted(aws_networks), places)):
        _connect(
            Ends(
                amazon=aws,
                google=google,
                here=aws_networks[region],
                gateway=gateways[region],
                there=place,
                far=far[place][0],
                router=far[place][1],
                log=logs[region],
                number=number,
            )
        )


def inside_network(number: int, tunnel: int) -> IPv4Network:
    """The four addresses inside a tunnel: AWS has the first that can be used, Google the second."""
    wanted = number * CONNECTIONS * TUNNELS + tunnel
    first = int(INSIDE.network_address) + 4 * wanted
    found = IPv4Network((first, 30))
    if not found.subnet_of(INSIDE):
        raise TricenterError("sites: too many regions to connect each with each by tunnels")
    return found


def _gateway(aws: Aws, network: RegionNetwork) -> ec2.VpnGateway:
    """AWS's end in a region; each site's routes learn what the other cloud announces."""
    region, root = network.region.name, aws.tree.root
    name = aws.name(region, "vpn")
    gateway = ec2.VpnGateway(
        name,
        region=region,
        vpc_id=network.vpc.id,
        amazon_side_asn=str(AWS_ASN),
        tags=aws.tags(name),
        opts=aws.options(root),
    )
    for site, table in network.route_tables.items():
        ec2.VpnGatewayRoutePropagation(
            aws.name(site, "vpn", "routes"),
            region=region,
            vpn_gateway_id=gateway.id,
            route_table_id=table.id,
            opts=aws.options(aws.tree.networks[site]),
        )
    return gateway


def _far_gateway(
    deployment: Gcp, place: tuple[str, str], networks: GcpNetworks
) -> tuple[gcp.compute.HaVpnGateway, gcp.compute.Router]:
    """Google's end in a region: a gateway with two addresses, and the router that speaks BGP."""
    project, region = place
    opts = deployment.options(deployment.tree.root, owner=project)
    gateway = compute.HaVpnGateway(
        deployment.logical(region, "vpn", project),
        name=deployment.named("vpn", region),
        project=project,
        region=region,
        network=networks.networks[project].id,
        stack_type="IPV4_ONLY",
        labels=deployment.labels(region=region),
        opts=opts,
    )
    router = compute.Router(
        deployment.logical(region, "vpn", f"router-{project}"),
        name=deployment.named("vpn", region, "router"),
        project=project,
        region=region,
        network=networks.networks[project].id,
        bgp=compute.RouterBgpArgs(asn=GCP_ASN, advertise_mode="DEFAULT", keepalive_interval=20),
        opts=opts,
    )
    return gateway, router


def _log(aws: Aws, region: str, keys: Keys) -> cloudwatch.LogGroup:
    name = aws.name(region, "vpn", "log")
    return cloudwatch.LogGroup(
        name,
        region=region,
        name=f"/tricenter/{aws.stack}/vpn",
        retention_in_days=aws.log_days,
        kms_key_id=keys[region].arn,
        tags=aws.tags(name),
        opts=aws.options(aws.tree.root),
    )


def _connect(ends: Ends) -> None:
    connections = [_connection(ends, index) for index in range(CONNECTIONS)]
    outside = [
        address for one in connections for address in (one.tunnel1_address, one.tunnel2_address)
    ]
    peer = compute.ExternalVpnGateway(
        ends.name("peer"),
        name=ends.own("peer"),
        project=ends.there[0],
        redundancy_type="FOUR_IPS_REDUNDANCY",
        interfaces=[
            compute.ExternalVpnGatewayInterfaceArgs(id=index, ip_address=address)
            for index, address in enumerate(outside)
        ],
        labels=ends.google.labels(),
        opts=ends.google.options(ends.google.tree.root, owner=ends.there[0]),
    )
    for index, one in enumerate(connections):
        for tunnel, secret in enumerate((one.tunnel1_preshared_key, one.tunnel2_preshared_key)):
            _tunnel(ends, peer, index, index * TUNNELS + tunnel, secret)


def _connection(ends: Ends, index: int) -> ec2.VpnConnection:
    """AWS's connection to one of the addresses of Google's gateway. AWS makes the keys."""
    aws, region, root = ends.amazon, ends.region, ends.amazon.tree.root
    name = ends.name(index)
    customer = ec2.CustomerGateway(
        name,
        region=region,
        type="ipsec.1",
        bgp_asn=str(GCP_ASN),
        ip_address=ends.far.vpn_interfaces.apply(
            lambda found, index=index: (found[index].ip_address if found else None) or ""
        ),
        tags=aws.tags(name),
        opts=aws.options(root),
    )
    logged = ec2.VpnConnectionTunnel1LogOptionsArgs(
        cloudwatch_log_options=ec2.VpnConnectionTunnel1LogOptionsCloudwatchLogOptionsArgs(
            log_enabled=True, log_group_arn=ends.log.arn, log_output_format="json"
        )
    )
    logged_too = ec2.VpnConnectionTunnel2LogOptionsArgs(
        cloudwatch_log_options=ec2.VpnConnectionTunnel2LogOptionsCloudwatchLogOptionsArgs(
            log_enabled=True, log_group_arn=ends.log.arn, log_output_format="json"
        )
    )
    first = index * TUNNELS
    strong = {f"tunnel{n}_{key}": value for n in (1, 2) for key, value in STRONG.items()}
    return ec2.VpnConnection(
        name,
        region=region,
        type="ipsec.1",
        vpn_gateway_id=ends.gateway.id,
        customer_gateway_id=customer.id,
        static_routes_only=False,
        tunnel1_inside_cidr=str(inside_network(ends.number, first)),
        tunnel2_inside_cidr=str(inside_network(ends.number, first + 1)),
        tunnel1_log_options=logged,
        tunnel2_log_options=logged_too,
        tags=aws.tags(name),
        opts=pulumi.ResourceOptions.merge(
            aws.options(root),
            pulumi.ResourceOptions(
                additional_secret_outputs=[
                    "tunnel1PresharedKey", "tunnel2PresharedKey", "customerGatewayConfiguration",
                ]
            ),
        ),
        **strong,
    )  # fmt: skip


def _tunnel(
    ends: Ends,
    peer: gcp.compute.ExternalVpnGateway,
    interface: int,
    number: int,
    key: pulumi.Output[str],
) -> None:
    """Google's half of one tunnel, and the session of BGP inside it."""
    deployment, (project, region) = ends.google, ends.there
    opts = deployment.options(deployment.tree.root, owner=project)
    network = inside_network(ends.number, number)
    theirs, ours = IPv4Address(int(network[1])), IPv4Address(int(network[2]))
    tunnel = compute.VPNTunnel(
        ends.name("tunnel", number),
        name=ends.own(number),
        project=project,
        region=region,
        vpn_gateway=ends.far.id,
        vpn_gateway_interface=interface,
        peer_external_gateway=peer.id,
        peer_external_gateway_interface=number,
        shared_secret=pulumi.Output.secret(key),
        ike_version=2,
        router=ends.router.id,
        labels=deployment.labels(),
        opts=opts,
    )
    inside = compute.RouterInterface(
        ends.name("interface", number),
        name=ends.own(number),
        project=project,
        region=region,
        router=ends.router.name,
        ip_range=f"{ours}/30",
        vpn_tunnel=tunnel.name,
        opts=opts,
    )
    compute.RouterPeer(
        ends.name("session", number),
        name=ends.own(number),
        project=project,
        region=region,
        router=ends.router.name,
        interface=inside.name,
        peer_ip_address=str(theirs),
        peer_asn=AWS_ASN,
        advertised_route_priority=DEFAULT_PRIORITY,
        opts=opts,
    )
