"""Who is told: the operator's addresses, as channels of Monitoring in each project."""

import pulumi
import pulumi_gcp as gcp

from tricenter.components.gcp.deployment import Deployment

KEY = "notify"
"""The stack's configuration that names them: mail addresses, parted by commas."""


def addresses() -> tuple[str, ...]:
    """The addresses that the stack's configuration names, each once."""
    said = pulumi.Config("tricenter").get(KEY) or ""
    found = (one.strip() for one in said.split(","))
    return tuple(dict.fromkeys(one for one in found if one))


def tell_people(
    deployment: Deployment, project: str, whose: str = ""
) -> tuple[gcp.monitoring.NotificationChannel, ...]:
    """The channels of a project's people; a warning where there are none.

    `whose` tells the channels of several pieces of one project apart.
    """
    own = f"{project}-{whose}" if whose else project
    named = addresses()
    if not named and not deployment.drill and not whose:
        pulumi.log.warn(
            f"tricenter:{KEY} is not set: alerts, and the question whether to fail over, reach no "
            f"person. pulumi config set tricenter:{KEY} NAME@EXAMPLE.COM"
        )
    return tuple(
        gcp.monitoring.NotificationChannel(
            deployment.logical(None, "people", f"{own}-{index}"),
            display_name=deployment.named("people", whose or None, str(index)),
            project=project,
            type="email",
            labels={"email_address": address},
            user_labels=deployment.labels(),
            force_delete=deployment.drill,
            opts=deployment.options(deployment.tree.failover, owner=project),
        )
        for index, address in enumerate(named, 1)
    )
