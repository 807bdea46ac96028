"""What a site's machine may do on AWS: read its own secret and files, add to vaults, no more."""

from collections.abc import Sequence

import pulumi
from pulumi_aws import iam, kms

from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.trust import Statement, allow, policy, role_name
from tricenter.topology.aws_names import suffix_of


def make_profile(
    deployment: Deployment,
    site: str,
    region: str,
    secret: pulumi.Output[str],
    key: kms.Key,
    files: pulumi.Output[str],
    vaults: Sequence[tuple[pulumi.Output[str], pulumi.Output[str]]],
) -> iam.InstanceProfile:
    """The identity of a site's machine. All else are ARNs: `vaults` of buckets and their keys."""
    name = deployment.name(site, "machine")
    parent = deployment.tree.networks[site]
    own = role_name(deployment.stack, site, "machine")
    role = iam.Role(
        name,
        name=own,
        description=f"The machine of {site} of {deployment.stack}",
        assume_role_policy=_taken_by_machines(suffix_of(region)),
        tags=deployment.tags(name, site),
        opts=deployment.options(parent),
    )
    iam.RolePolicy(
        name,
        name="site",
        role=role.name,
        policy=pulumi.Output.all(secret, key.arn, files, [list(vault) for vault in vaults]).apply(
            lambda arns: policy(rights(site, *arns))
        ),
        opts=deployment.options(parent),
    )
    return iam.InstanceProfile(
        name,
        name=own,
        role=role.name,
        tags=deployment.tags(name, site),
        opts=deployment.options(parent),
    )


def rights(
    site: str, secret: str, key: str, files: str, vaults: Sequence[Sequence[str]]
) -> list[Statement]:
    """The statements of a site's machine; what is in a vault it may neither read nor delete."""
    found = [
        allow(["secretsmanager:GetSecretValue"], [secret], Sid="OwnSecret"),
        allow(["s3:GetObject"], [f"{files}/config/{site}.json"], Sid="OwnFiles"),
        allow(["kms:Decrypt"], [key], Sid="KeyOfTheRegion"),
    ]
    if vaults:
        found += [
            allow(["s3:PutObject"], [f"{bucket}/*" for bucket, _ in vaults], Sid="AddToVaults"),
            allow(["kms:GenerateDataKey"], [key for _, key in vaults], Sid="EncryptWhatIsAdded"),
        ]
    return found


def _taken_by_machines(suffix: str) -> str:
    """EC2 takes the role, for whichever machine it was given to."""
    taking = {
        "Effect": "Allow",
        "Principal": {"Service": f"ec2.{suffix}"},
        "Action": "sts:AssumeRole",
    }
    return policy([taking])
