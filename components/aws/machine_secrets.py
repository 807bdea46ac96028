"""Secrets of the sites on AWS: the seed of all, and what each site and application may read."""

from collections.abc import Sequence

import pulumi
from pulumi_aws import secretsmanager

from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.keys import Keys
from tricenter.components.site_secrets import DOCUMENTS, new_seed
from tricenter.topology.addresses import own_plan
from tricenter.topology.render.cloud_init import secret_name


def make_seed(deployment: Deployment, regions: Sequence[str], keys: Keys) -> pulumi.Output[str]:
    """The seed of every secret of the sites, made at the first `up` and kept from then on.

    It lies in Secrets Manager of the first region and, encrypted, in the stack's state: decision
    12. What people and programs read is copied to the other regions: whoever moves a database away
    from a lost region must not need that region for it.
    """
    region, *others = regions
    name = deployment.name(None, "seed")
    kept = keep_secret(deployment, name, region, keys, deployment.tree.root, new_seed(), once=True)
    seed = pulumi.Output.secret(kept.secret_string.apply(lambda text: text or new_seed()))
    for subject, write in DOCUMENTS.items():
        document = seed.apply(lambda text, write=write: write(text, own_plan(deployment.plan)))
        own = deployment.name(None, subject)
        keep_secret(deployment, own, region, keys, deployment.tree.root, document, copies=others)
    return seed


def keep_secret(
    deployment: Deployment,
    name: str,
    region: str,
    keys: Keys,
    parent: pulumi.Resource,
    text: pulumi.Input[str],
    *,
    once: bool = False,
    named: str | None = None,
    copies: Sequence[str] = (),
) -> secretsmanager.SecretVersion:
    """A secret with its value; `once` keeps the first value whatever is asked for later.

    A value that follows from the seed and the spec is replaced whenever they say something else.
    `copies` are other regions that have it, too, under the same name.
    """
    short = name.removeprefix(f"{deployment.plan.topology}-")
    secret = secretsmanager.Secret(
        name,
        region=region,
        name=named or secret_name(deployment.stack, short),
        description=f"{deployment.stack}: {short}",
        kms_key_id=keys[region].arn,
        replicas=[
            secretsmanager.SecretReplicaArgs(region=other, kms_key_id=keys[other].arn)
            for other in copies
        ]
        or None,
        recovery_window_in_days=30 if deployment.production else 0,
        tags=deployment.tags(name),
        opts=deployment.options(parent, holds_data=True),
    )
    return secretsmanager.SecretVersion(
        name,
        region=region,
        secret_id=secret.arn,
        secret_string=pulumi.Output.secret(text),
        opts=pulumi.ResourceOptions.merge(
            deployment.options(parent, ignore=["secretString"] if once else [], holds_data=True),
            pulumi.ResourceOptions(protect=deployment.production and once),
        ),
    )
