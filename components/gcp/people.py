"""Who is told on Google Cloud: the operator's addresses, as channels of Monitoring."""

import pulumi_gcp as gcp

from tricenter.components.gcp.deployment import Deployment
from tricenter.components.notify import addresses, warn_of_nobody


def tell_people(
    deployment: Deployment, project: str, whose: str = ""
) -> tuple[gcp.monitoring.NotificationChannel, ...]:
    """The channels of a project's people; a warning where there are none.

    `whose` tells the channels of several pieces of one project apart.
    """
    own = f"{project}-{whose}" if whose else project
    named = addresses()
    if not named and not deployment.drill and not whose:
        warn_of_nobody(reach="no person")
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
