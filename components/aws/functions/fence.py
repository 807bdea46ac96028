"""AWS Lambda: cuts clients off from the databases of a region, or lets them in again.

A deny entry in a network ACL ends connections that are open, too; a rule taken out of a security
group does not (checked 2026-11-24).
https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
"""

from typing import Any

RULE = 1
"""The number of our entry: the lowest one is read first."""
PORT = 5432
SECONDS = 4
ALREADY = {"NetworkAclEntryAlreadyExists", "InvalidNetworkAclEntry.NotFound"}


def handler(event: dict[str, str], context: object) -> dict[str, str]:
    """Fence or unfence the network ACL `acl` of `region`; either may be repeated."""
    del context
    return change(client(event["region"]), event["action"], event["acl"])


def client(region: str) -> Any:
    """EC2 of the lost region, given up soon: a failover must not wait for it."""
    import boto3  # pyright: ignore[reportMissingTypeStubs]
    from botocore.config import Config

    quick = Config(connect_timeout=SECONDS, read_timeout=SECONDS, retries={"total_max_attempts": 2})
    return boto3.client("ec2", region_name=region, config=quick)  # pyright: ignore


def change(ec2: Any, action: str, acl: str) -> dict[str, str]:
    """Put the deny entry in, or take it out; what is so already is fine."""
    entry = {"NetworkAclId": acl, "RuleNumber": RULE, "Egress": False}
    try:
        if action == "unfence":
            ec2.delete_network_acl_entry(**entry)
        else:
            ec2.create_network_acl_entry(
                **entry,
                Protocol="6",
                RuleAction="deny",
                CidrBlock="0.0.0.0/0",
                PortRange={"From": PORT, "To": PORT},
            )
    except ec2.exceptions.ClientError as error:
        if error.response["Error"]["Code"] not in ALREADY:
            raise
    return {"acl": acl, "action": action}
