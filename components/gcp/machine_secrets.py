"""Secrets of the sites on Google Cloud: the seed of all, and what each site's machine may read."""

import pulumi
import pulumi_gcp as gcp

from tricenter.components.gcp.deployment import Deployment
from tricenter.components.part import Part
from tricenter.components.site_secrets import DOCUMENTS, new_seed
from tricenter.topology.addresses import own_plan

secretmanager = gcp.secretmanager


def make_seed(deployment: Deployment, project: str, regions: list[str]) -> pulumi.Output[str]:
    """The seed of every secret of the sites, made at the first `up` and kept from then on.

    It lies in Secret Manager and, encrypted, in the stack's state: decision 12.
    """
    root = deployment.tree.root
    kept = keep_secret(deployment, (None, "seed"), project, regions, root, new_seed(), once=True)
    seed = pulumi.Output.secret(kept.secret_data.apply(lambda text: text or new_seed()))
    for subject, write in DOCUMENTS.items():
        told = seed.apply(lambda text, write=write: write(text, own_plan(deployment.plan)))
        keep_secret(deployment, (None, subject), project, regions, root, told)
    return seed


def keep_secret(
    deployment: Deployment,
    named: tuple[str | None, str],
    project: str,
    regions: list[str],
    parent: Part,
    text: pulumi.Input[str],
    *,
    once: bool = False,
    own: str | None = None,
) -> gcp.secretmanager.SecretVersion:
    """A secret in these regions alone; `once` keeps the first value whatever is asked for later.

    `named` is its place and capability, `own` the name that Google knows it by. A value that
    follows from the seed and the spec is replaced whenever they say something else.
    """
    name = deployment.logical(*named)
    secret = secretmanager.Secret(
        name,
        secret_id=own or deployment.named(*named),
        project=project,
        replication=secretmanager.SecretReplicationArgs(
            user_managed=secretmanager.SecretReplicationUserManagedArgs(
                replicas=[
                    secretmanager.SecretReplicationUserManagedReplicaArgs(location=region)
                    for region in regions
                ]
            )
        ),
        deletion_protection=not deployment.drill,
        labels=deployment.labels(),
        opts=deployment.options(parent, owner=project, holds_data=True),
    )
    return secretmanager.SecretVersion(
        name,
        secret=secret.id,
        secret_data=pulumi.Output.secret(text),
        deletion_policy="DELETE" if deployment.drill else "ABANDON",
        opts=deployment.options(
            parent,
            owner=project,
            holds_data=once,
            ignore_changes=["secretData"] if once else [],
        ),
    )
