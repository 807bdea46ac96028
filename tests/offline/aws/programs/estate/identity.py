"""Who may do what, and the keys: what the other parts of the estate name."""

import json

import pulumi_aws as aws

A, B = "ap-southeast-1", "eu-west-1"


def trust(s):
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": s}, "Action": "sts:AssumeRole"}
            ],
        }
    )


role = aws.iam.Role("r", assume_role_policy=trust("backup.amazonaws.com"), tags={"x": "y"})
pol = aws.iam.Policy(
    "p",
    policy=aws.iam.get_policy_document(
        statements=[{"actions": ["rds:SwitchoverGlobalCluster"], "resources": ["*"]}]
    ).json,
)
aws.iam.RolePolicyAttachment("rpa", role=role.name, policy_arn=pol.arn)
prof = aws.iam.InstanceProfile("ip", role=role.name)
key = {r: aws.kms.Key(f"k-{r}", enable_key_rotation=True, region=r) for r in (A, B)}
