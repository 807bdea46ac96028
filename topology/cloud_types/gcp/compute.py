"""Compute Engine and its networks."""

from tricenter.topology.cloud_types.row import ByAsking, ByName, CloudType, Listing

TYPES = (
    CloudType(
        type="gcp:compute/address:Address",
        kind="compute address",
        known=ByName(id="projects/{project}/regions/{region}/addresses/{name}"),
        listing=Listing(
            service="COMPUTE",
            path="projects/{project}/regions/{place}/addresses",
            member="items",
            by="region",
        ),
    ),
    CloudType(
        type="gcp:compute/disk:Disk",
        kind="compute disk",
        holds="the disk of a self-managed database",
        known=ByName(id="projects/{project}/zones/{zone}/disks/{name}"),
        removal="compute disks delete {name} --zone {place}",
        listing=Listing(
            service="COMPUTE",
            path="projects/{project}/zones/{place}/disks",
            member="items",
            by="zone",
        ),
    ),
    CloudType(
        type="gcp:compute/diskResourcePolicyAttachment:DiskResourcePolicyAttachment",
        known=ByName(id="{project}/{zone}/{disk}/{name}"),
    ),
    CloudType(
        type="gcp:compute/externalVpnGateway:ExternalVpnGateway",
        known=ByName(id="projects/{project}/global/externalVpnGateways/{name}"),
    ),
    CloudType(
        type="gcp:compute/firewall:Firewall",
        kind="compute firewall",
        known=ByName(id="projects/{project}/global/firewalls/{name}"),
        removal="compute firewall-rules delete {name}",
        listing=Listing(
            service="COMPUTE",
            path="projects/{project}/global/firewalls",
            member="items",
            labels=None,
        ),
    ),
    CloudType(
        type="gcp:compute/globalAddress:GlobalAddress",
        kind="compute address",
        known=ByName(id="projects/{project}/global/addresses/{name}"),
        listing=Listing(
            service="COMPUTE", path="projects/{project}/global/addresses", member="items"
        ),
    ),
    CloudType(
        type="gcp:compute/haVpnGateway:HaVpnGateway",
        known=ByName(id="projects/{project}/regions/{region}/vpnGateways/{name}"),
    ),
    CloudType(
        type="gcp:compute/healthCheck:HealthCheck",
        kind="compute health check",
        known=ByName(id="projects/{project}/global/healthChecks/{name}"),
        removal="compute health-checks delete {name} --global",
        listing=Listing(
            service="COMPUTE",
            path="projects/{project}/global/healthChecks",
            member="items",
            labels=None,
        ),
    ),
    CloudType(
        type="gcp:compute/instance:Instance",
        kind="compute instance",
        holds="a self-managed copy of a database on its disk",
        known=ByName(id="projects/{project}/zones/{zone}/instances/{name}"),
        removal="compute instances delete {name} --zone {place}",
        listing=Listing(
            service="COMPUTE",
            path="projects/{project}/zones/{place}/instances",
            member="items",
            by="zone",
        ),
    ),
    CloudType(
        type="gcp:compute/network:Network",
        kind="compute network",
        known=ByName(id="projects/{project}/global/networks/{name}"),
        removal="compute networks delete {name}",
        listing=Listing(
            service="COMPUTE",
            path="projects/{project}/global/networks",
            member="items",
            labels=None,
        ),
    ),
    CloudType(
        type="gcp:compute/networkPeering:NetworkPeering",
        known=ByAsking(look="peering"),
    ),
    CloudType(
        type="gcp:compute/resourcePolicy:ResourcePolicy",
        kind="compute resource policy",
        known=ByName(id="projects/{project}/regions/{region}/resourcePolicies/{name}"),
        removal="compute resource-policies delete {name} --region {place}",
        listing=Listing(
            service="COMPUTE",
            path="projects/{project}/regions/{place}/resourcePolicies",
            member="items",
            labels=None,
            by="region",
        ),
    ),
    CloudType(
        type="gcp:compute/router:Router",
        kind="compute router",
        known=ByName(id="projects/{project}/regions/{region}/routers/{name}"),
        removal="compute routers delete {name} --region {place}",
        listing=Listing(
            service="COMPUTE",
            path="projects/{project}/regions/{place}/routers",
            member="items",
            labels=None,
            by="region",
        ),
    ),
    CloudType(
        type="gcp:compute/routerInterface:RouterInterface",
        known=ByName(id="{region}/{router}/{name}"),
    ),
    CloudType(
        type="gcp:compute/routerNat:RouterNat",
        known=ByName(id="{project}/{region}/{router}/{name}"),
    ),
    CloudType(
        type="gcp:compute/routerPeer:RouterPeer",
        known=ByName(id="projects/{project}/regions/{region}/routers/{router}/{name}"),
    ),
    CloudType(
        type="gcp:compute/subnetwork:Subnetwork",
        kind="compute subnetwork",
        known=ByName(id="projects/{project}/regions/{region}/subnetworks/{name}"),
        removal="compute networks subnets delete {name} --region {place}",
        listing=Listing(
            service="COMPUTE",
            path="projects/{project}/regions/{place}/subnetworks",
            member="items",
            labels=None,
            by="region",
        ),
    ),
    CloudType(
        type="gcp:compute/vPNTunnel:VPNTunnel",
        known=ByName(id="projects/{project}/regions/{region}/vpnTunnels/{name}"),
    ),
    CloudType(
        kind="compute snapshot",
        removal="compute snapshots delete {name}",
        listing=Listing(
            service="COMPUTE", path="projects/{project}/global/snapshots", member="items"
        ),
    ),
)
