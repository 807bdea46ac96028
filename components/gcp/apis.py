"""The APIs of Google that a plan needs, switched on in each project before anything else."""

from collections.abc import Mapping

import pulumi
import pulumi_gcp as gcp

from tricenter.topology.gcp_names import GOOGLE_HOST
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan

ALWAYS = (
    "cloudresourcemanager", "compute", "dns", "iam", "logging", "monitoring", "serviceusage",
    "storage",
)  # fmt: skip
"""`cloudresourcemanager` and `serviceusage` have to be on for any other to be switched on: Google
does that for a new project by its console and by `gcloud projects create`."""
MANAGED = ("cloudscheduler", "eventarc", "pubsub", "servicenetworking", "workflowexecutions",
           "workflows")  # fmt: skip
BY_SERVICE: Mapping[str, tuple[str, ...]] = {
    # Without Cloud DNS at its making an instance gets no write endpoint, and never one later.
    "cloud-sql": ("sqladmin", *MANAGED),
    "alloydb": ("alloydb", *MANAGED),
    "self-managed": ("secretmanager",),
}
PRODUCTION = ("backupdr", "cloudkms")
TRANSFER = ("storagetransfer",)


def needed(plan: Plan, *, drill: bool) -> tuple[str, ...]:
    """The APIs of a plan, by the first part of their host, in order."""
    found = {*ALWAYS, *(() if drill else PRODUCTION)}
    for database in plan.databases:
        found |= set(BY_SERVICE.get(database.service, ()))
    if plan.target == "mixed":
        found |= set(TRANSFER)
    return tuple(sorted(found))


def switch_on(
    plan: Plan, providers: Mapping[str, gcp.Provider], parent: pulumi.Resource, *, drill: bool
) -> dict[str, tuple[pulumi.Resource, ...]]:
    """The APIs of each project; they stay on when the stack goes, since others may use them."""
    return {
        project: tuple(
            gcp.projects.Service(
                logical_name(plan.topology, None, "api", f"{project}-{name}"),
                project=project,
                service=f"{name}.{GOOGLE_HOST}",
                disable_on_destroy=False,
                opts=pulumi.ResourceOptions(parent=parent, provider=provider),
            )
            for name in needed(plan, drill=drill)
        )
        for project, provider in providers.items()
    }
