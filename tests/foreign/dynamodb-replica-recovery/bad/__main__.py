"""A DynamoDB table with a replica in another region."""

import pulumi_aws as aws

t = aws.dynamodb.Table(
    "carts",
    region="eu-west-1",
    name="carts",
    billing_mode="PAY_PER_REQUEST",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
    stream_enabled=True,
    stream_view_type="NEW_AND_OLD_IMAGES",
    point_in_time_recovery={"enabled": True},
    deletion_protection_enabled=True,
    server_side_encryption={"enabled": True},
    replicas=[{"region_name": "eu-central-1"}],
)
