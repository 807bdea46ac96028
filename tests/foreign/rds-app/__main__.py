"""A web application with its database, as tutorials begin: one instance, one address."""

import json

import pulumi_aws as aws

vpc = aws.ec2.Vpc("app", cidr_block="10.0.0.0/16")
subnets = [
    aws.ec2.Subnet(f"app-{zone}", vpc_id=vpc.id, cidr_block=block, availability_zone=zone)
    for zone, block in (("us-east-1a", "10.0.1.0/24"), ("us-east-1b", "10.0.2.0/24"))
]
group = aws.rds.SubnetGroup("app", subnet_ids=[subnet.id for subnet in subnets])
database = aws.rds.Instance(
    "orders",
    engine="postgres",
    engine_version="14.9",
    instance_class=aws.rds.InstanceType.T3_MICRO,
    allocated_storage=20,
    db_name="orders",
    username="app",
    password="correct-horse",
    db_subnet_group_name=group.name,
    publicly_accessible=True,
    skip_final_snapshot=True,
)
role = aws.iam.Role(
    "worker",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    ),
)
aws.iam.RolePolicy(
    "worker",
    role=role.id,
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
        }
    ),
)
aws.lambda_.Function(
    "worker",
    role=role.arn,
    runtime="python3.12",
    handler="main.handler",
    s3_bucket="releases",
    s3_key="worker.zip",
    environment={
        "variables": {"DB_HOST": database.address, "DB_PASSWORD": "correct-horse"},
    },
)
zone = aws.route53.Zone("app", name="shop.example.com")
aws.route53.Record(
    "www", zone_id=zone.zone_id, name="www.shop.example.com", type="A", ttl=300,
    records=["198.51.100.7"],
)  # fmt: skip
