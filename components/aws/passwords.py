"""The password of a database's first user: made once, kept by Secrets Manager in every region."""

import json
import secrets
from collections.abc import Sequence

import pulumi
from pulumi_aws import secretsmanager

from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.keys import Keys
from tricenter.topology.plan import PlannedDatabase

FIRST_USER = "tricenter"
LENGTH_BYTES = 30


def make_password(
    deployment: Deployment, database: PlannedDatabase, regions: Sequence[str], keys: Keys
) -> pulumi.Output[str]:
    """The password, as a secret. It is made at the first `up`; later ones keep what is there.

    The secret stands in the first region by name, with a copy in every other: which site leads or
    is preferred moves nothing. The service's own passwords cannot be had here, see decision 10.
    """
    home, *others = sorted(regions)
    name = deployment.name(None, "secret", database.name)
    parent = deployment.tree.databases[database.name]
    secret = secretsmanager.Secret(
        name,
        region=home,
        name=f"tricenter/{deployment.stack}/{database.name}",
        description=f"First user of {database.name} of {deployment.stack}",
        kms_key_id=keys[home].arn,
        replicas=[
            secretsmanager.SecretReplicaArgs(region=other, kms_key_id=keys[other].arn)
            for other in others
        ],
        recovery_window_in_days=30 if deployment.production else 0,
        tags=deployment.tags(name, database=database.name),
        opts=deployment.options(parent, holds_data=True),
    )
    made = {"username": FIRST_USER, "password": secrets.token_urlsafe(LENGTH_BYTES)}
    version = secretsmanager.SecretVersion(
        name,
        region=home,
        secret_id=secret.id,
        secret_string=pulumi.Output.secret(json.dumps(made)),
        # Every run makes another one; only that of the creation is ever used.
        opts=deployment.options(parent, ignore=["secretString"], holds_data=True),
    )
    return version.secret_string.apply(_password)


def _password(kept: str | None) -> str:
    return str(json.loads(kept)["password"]) if kept else ""
