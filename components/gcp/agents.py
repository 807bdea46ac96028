"""Google's own identities in a project: the accounts by which a service acts for its users."""

import pulumi
import pulumi_gcp as gcp

from tricenter.components.gcp.deployment import Deployment


def agent(deployment: Deployment, project: str, service: str) -> pulumi.Output[str]:
    """A service's identity in a project, as a member of grants; `service` is its host's first part.

    All of them carry the project's number. Cloud Storage tells its own to whoever may use buckets;
    asking for the project itself would need rights on its billing account.
    """
    found = gcp.storage.get_project_service_account_output(
        project=project,
        opts=pulumi.InvokeOutputOptions(
            provider=deployment.providers[project],
            depends_on=list(deployment.apis.get(project, ())),
        ),
    )
    return found.email_address.apply(
        lambda address: (
            f"serviceAccount:{address.partition('@')[0]}@{service}.iam.gserviceaccount.com"
        )
    )
