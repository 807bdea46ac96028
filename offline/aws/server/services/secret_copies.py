"""Copies of secrets in other regions: each has the key that was named for it."""

from typing import Any

from moto.secretsmanager.models import secretsmanager_backends

from tricenter.offline.aws.server.call import Call

SERVICE = "secretsmanager"


def keyed(call: Call) -> None:
    """Give every copy that the request names its key."""
    backend: Any = secretsmanager_backends[call.account][call.region]
    secret: Any = backend.secrets.get(call.params.get("Name") or call.params.get("SecretId"))
    named = {
        copy["Region"]: copy["KmsKeyId"]
        for copy in call.params.get("AddReplicaRegions") or ()
        if copy.get("KmsKeyId")
    }
    for copy in secret.replicas if secret is not None else ():
        if copy.region in named:
            copy.config["KmsKeyId"] = named[copy.region]


AFTER = {"CreateSecret": keyed, "ReplicateSecretToRegions": keyed}
