"""Aurora across two regions with its networks, keys, secrets and alarms: what the engine runs."""

import json

import pulumi
import pulumi_aws as aws

A, B = "ap-southeast-1", "eu-west-1"
gc = aws.rds.GlobalCluster(
    "g",
    global_cluster_identifier="ledger",
    engine="aurora-postgresql",
    engine_version="16.6",
    storage_encrypted=True,
    tags={"a": "b"},
)
key = aws.kms.Key(
    "k", multi_region=True, enable_key_rotation=True, region=A, deletion_window_in_days=7
)
rep = aws.kms.ReplicaKey("kr", primary_key_arn=key.arn, region=B, deletion_window_in_days=7)
al = aws.kms.Alias("al", target_key_id=key.key_id, region=A, name="alias/ledger")
role = aws.iam.Role(
    "r",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "monitoring.rds.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    ),
)
aws.iam.RolePolicyAttachment(
    "ra",
    role=role.name,
    policy_arn="arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
)
aws.iam.RolePolicy(
    "rp",
    role=role.name,
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "rds:Describe*", "Resource": "*"}],
        }
    ),
)
cfg = pulumi.Config()
prot = cfg.get_bool("protect") or False
owner = cfg.get("owner") or "payments"


def net(r, n, octet):
    vpc = aws.ec2.Vpc(
        f"vpc-{n}",
        cidr_block=f"10.{octet}.0.0/16",
        enable_dns_hostnames=True,
        region=r,
        tags={"Name": n, "owner": owner},
    )
    subs = [
        aws.ec2.Subnet(
            f"s-{n}-{z}",
            vpc_id=vpc.id,
            cidr_block=f"10.{octet}.{i}.0/24",
            availability_zone=f"{r}{z}",
            region=r,
        )
        for i, z in enumerate("abc")
    ]
    sg = aws.ec2.SecurityGroup(
        f"sg-{n}", vpc_id=vpc.id, description=cfg.get("description") or "db", region=r
    )
    aws.vpc.SecurityGroupIngressRule(
        f"in-{n}",
        security_group_id=sg.id,
        cidr_ipv4="10.0.0.0/8",
        from_port=5432,
        to_port=5432,
        ip_protocol="tcp",
        region=r,
    )
    aws.vpc.SecurityGroupEgressRule(
        f"out-{n}", security_group_id=sg.id, cidr_ipv4="10.0.0.0/8", ip_protocol="-1", region=r
    )
    rt = aws.ec2.RouteTable(f"rt-{n}", vpc_id=vpc.id, region=r)
    for z, s in zip("abc", subs, strict=True):
        aws.ec2.RouteTableAssociation(
            f"rta-{n}-{z}", route_table_id=rt.id, subnet_id=s.id, region=r
        )
    lg = aws.cloudwatch.LogGroup(f"lg-{n}", retention_in_days=30, region=r)
    aws.ec2.FlowLog(
        f"fl-{n}",
        vpc_id=vpc.id,
        traffic_type="ALL",
        log_destination=lg.arn,
        iam_role_arn=role.arn,
        region=r,
    )
    sng = aws.rds.SubnetGroup(f"sng-{n}", subnet_ids=[s.id for s in subs], region=r)
    return vpc, rt, sg, sng


va, rta, sga, nga = net(A, "a", 1)
vb, rtb, sgb, ngb = net(B, "b", 2)
p = aws.ec2.VpcPeeringConnection(
    "p", vpc_id=va.id, peer_vpc_id=vb.id, peer_region=B, region=A, tags={"x": "y"}
)
acc = aws.ec2.VpcPeeringConnectionAccepter(
    "pa", vpc_peering_connection_id=p.id, auto_accept=True, region=B, tags={"x": "z"}
)
aws.ec2.Route(
    "ra-b",
    route_table_id=rta.id,
    destination_cidr_block="10.2.0.0/16",
    vpc_peering_connection_id=acc.id,
    region=A,
)
aws.ec2.Route(
    "rb-a",
    route_table_id=rtb.id,
    destination_cidr_block="10.1.0.0/16",
    vpc_peering_connection_id=acc.id,
    region=B,
)
pw = aws.secretsmanager.Secret("pw", replicas=[{"region": B}], recovery_window_in_days=0, region=A)
aws.secretsmanager.SecretVersion(
    "pwv", secret_id=pw.id, secret_string=pulumi.Output.secret("geheim-12345678"), region=A
)
pg = aws.rds.ClusterParameterGroup(
    "pga",
    family="aurora-postgresql16",
    region=A,
    parameters=[
        {"name": "rds.force_ssl", "value": "1"},
        {"name": "rds.global_db_rpo", "value": "30", "apply_method": "immediate"},
    ],
)
ca = aws.rds.Cluster(
    "ca",
    cluster_identifier="ledger-a",
    global_cluster_identifier=gc.id,
    engine="aurora-postgresql",
    engine_version="16.6",
    master_username="postgres",
    master_password_wo=pulumi.Output.secret("geheim-12345678"),
    master_password_wo_version=1,
    storage_encrypted=True,
    kms_key_id=key.arn,
    db_subnet_group_name=nga.name,
    vpc_security_group_ids=[sga.id],
    db_cluster_parameter_group_name=pg.name,
    backup_retention_period=14,
    deletion_protection=prot,
    skip_final_snapshot=True,
    enabled_cloudwatch_logs_exports=["postgresql"],
    database_name="ledger",
    region=A,
    opts=pulumi.ResourceOptions(
        ignore_changes=["globalClusterIdentifier", "replicationSourceIdentifier"]
    ),
)
ia = aws.rds.ClusterInstance(
    "ia",
    identifier="ledger-a-1",
    cluster_identifier=ca.id,
    engine="aurora-postgresql",
    instance_class="db.r6g.large",
    availability_zone=A + "a",
    promotion_tier=0,
    performance_insights_enabled=True,
    monitoring_interval=30,
    monitoring_role_arn=role.arn,
    region=A,
)
cb = aws.rds.Cluster(
    "cb",
    cluster_identifier="ledger-b",
    global_cluster_identifier=gc.id,
    engine="aurora-postgresql",
    engine_version="16.6",
    storage_encrypted=True,
    kms_key_id=rep.arn,
    db_subnet_group_name=ngb.name,
    vpc_security_group_ids=[sgb.id],
    skip_final_snapshot=True,
    deletion_protection=prot,
    region=B,
    opts=pulumi.ResourceOptions(
        depends_on=[ia], ignore_changes=["globalClusterIdentifier", "replicationSourceIdentifier"]
    ),
)
ib = aws.rds.ClusterInstance(
    "ib",
    identifier="ledger-b-1",
    cluster_identifier=cb.id,
    engine="aurora-postgresql",
    instance_class="db.r6g.large",
    region=B,
)
t = aws.sns.Topic("t", region=B, kms_master_key_id="alias/aws/sns")
aws.sns.TopicPolicy(
    "tp",
    arn=t.arn,
    policy=t.arn.apply(
        lambda a: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "cloudwatch.amazonaws.com"},
                        "Action": "sns:Publish",
                        "Resource": a,
                    }
                ],
            }
        )
    ),
    region=B,
)
aws.cloudwatch.MetricAlarm(
    "lag",
    namespace="AWS/RDS",
    metric_name="AuroraGlobalDBReplicationLag",
    dimensions={"DBClusterIdentifier": cb.id},
    statistic="Maximum",
    period=60,
    evaluation_periods=3,
    threshold=5000,
    comparison_operator="GreaterThanThreshold",
    alarm_actions=[t.arn],
    treat_missing_data="breaching",
    region=B,
)
pulumi.export("endpoint", ca.endpoint)
pulumi.export("reader", cb.reader_endpoint)
pulumi.export("az", aws.get_availability_zones(region=A).names)
