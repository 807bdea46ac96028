"""EC2, its disks and networks."""

from tricenter.topology.cloud_types.row import Again, ByAsking, ByName, ByTags, CloudType, States

TYPES = (
    CloudType(
        type="aws:ebs/volume:Volume",
        endpoint="ec2",
        kind="ec2 volume",
        holds="the disk of a self-managed database",
        known=ByTags(),
        removal="ec2 delete-volume --volume-id {name}",
    ),
    CloudType(
        type="aws:ec2/customerGateway:CustomerGateway",
        kind="ec2 customer-gateway",
        known=ByTags(),
        removal="ec2 delete-customer-gateway --customer-gateway-id {name}",
        goes=States(
            operation="describe_customer_gateways",
            ids="CustomerGatewayIds",
            member="CustomerGateways",
            state="State",
        ),
    ),
    CloudType(
        type="aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        known=Again(why="the VPC's own is taken over"),
    ),
    CloudType(
        type="aws:ec2/eip:Eip",
        kind="ec2 elastic-ip",
        known=ByTags(),
        removal="ec2 release-address --allocation-id {name}",
    ),
    CloudType(
        type="aws:ec2/flowLog:FlowLog",
        kind="ec2 vpc-flow-log",
        known=ByTags(),
        removal="ec2 delete-flow-logs --flow-log-ids {name}",
    ),
    CloudType(
        type="aws:ec2/instance:Instance",
        kind="ec2 instance",
        holds="a self-managed copy of a database on its disk",
        known=ByTags(),
        removal="ec2 terminate-instances --instance-ids {name}",
    ),
    CloudType(
        type="aws:ec2/internetGateway:InternetGateway",
        kind="ec2 internet-gateway",
        known=ByTags(),
        removal="ec2 delete-internet-gateway --internet-gateway-id {name}",
    ),
    CloudType(
        kind="ec2 launch-template",
        removal="ec2 delete-launch-template --launch-template-id {name}",
    ),
    CloudType(
        type="aws:ec2/natGateway:NatGateway",
        kind="ec2 natgateway",
        known=ByTags(),
        removal="ec2 delete-nat-gateway --nat-gateway-id {name}",
        goes=States(
            operation="describe_nat_gateways",
            ids="NatGatewayIds",
            member="NatGateways",
            state="State",
        ),
    ),
    CloudType(
        type="aws:ec2/route:Route",
        known=ByAsking(look="route"),
    ),
    CloudType(
        type="aws:ec2/routeTable:RouteTable",
        kind="ec2 route-table",
        known=ByTags(),
        removal="ec2 delete-route-table --route-table-id {name}",
    ),
    CloudType(
        type="aws:ec2/routeTableAssociation:RouteTableAssociation",
        known=ByAsking(look="association"),
    ),
    CloudType(
        type="aws:ec2/securityGroup:SecurityGroup",
        kind="ec2 security-group",
        known=ByTags(),
        removal="ec2 delete-security-group --group-id {name}",
    ),
    CloudType(
        type="aws:ec2/subnet:Subnet",
        kind="ec2 subnet",
        known=ByTags(),
        removal="ec2 delete-subnet --subnet-id {name}",
    ),
    CloudType(
        type="aws:ec2/volumeAttachment:VolumeAttachment",
        known=Again(why="the provider looks first whether the volume is there"),
    ),
    CloudType(
        type="aws:ec2/vpc:Vpc",
        kind="ec2 vpc",
        known=ByTags(),
        removal="ec2 delete-vpc --vpc-id {name}",
    ),
    CloudType(
        type="aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
        kind="ec2 vpc-peering-connection",
        known=ByTags(),
        removal="ec2 delete-vpc-peering-connection --vpc-peering-connection-id {name}",
        goes=States(
            operation="describe_vpc_peering_connections",
            ids="VpcPeeringConnectionIds",
            member="VpcPeeringConnections",
            state="Status",
        ),
    ),
    CloudType(
        type="aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
        known=ByName(id="{vpcPeeringConnectionId}"),
    ),
    CloudType(
        type="aws:ec2/vpnConnection:VpnConnection",
        kind="ec2 vpn-connection",
        known=ByTags(),
        removal="ec2 delete-vpn-connection --vpn-connection-id {name}",
        goes=States(
            operation="describe_vpn_connections",
            ids="VpnConnectionIds",
            member="VpnConnections",
            state="State",
        ),
    ),
    CloudType(
        type="aws:ec2/vpnGateway:VpnGateway",
        kind="ec2 vpn-gateway",
        known=ByTags(),
        removal="ec2 delete-vpn-gateway --vpn-gateway-id {name}",
        goes=States(
            operation="describe_vpn_gateways",
            ids="VpnGatewayIds",
            member="VpnGateways",
            state="State",
        ),
    ),
    CloudType(
        type="aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation",
        known=Again(why="it is switched on"),
    ),
    CloudType(
        type="aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        endpoint="ec2",
        known=ByAsking(look="egress"),
    ),
    CloudType(
        type="aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        endpoint="ec2",
        known=ByAsking(look="ingress"),
    ),
    CloudType(
        kind="ec2 network-acl",
        removal="ec2 delete-network-acl --network-acl-id {name}",
    ),
    CloudType(
        kind="ec2 network-interface",
        removal="ec2 delete-network-interface --network-interface-id {name}",
    ),
    CloudType(
        kind="ec2 snapshot",
        removal="ec2 delete-snapshot --snapshot-id {name}",
    ),
    CloudType(
        kind="ec2 vpc-endpoint",
        removal="ec2 delete-vpc-endpoints --vpc-endpoint-ids {name}",
    ),
)
