"""Failover automation on Google Cloud: in each region what takes over from another, outside of it.

A region's workflows, their trigger and their identities live in that region and know no roles: they
ask who leads when they run. What they do needs neither Pulumi nor its state.
"""

import pulumi
import pulumi_gcp as gcp

from tricenter.components.gcp.alarm import make_alarm
from tricenter.components.gcp.deployment import Deployment
from tricenter.components.gcp.guards import Guard, find_guards
from tricenter.components.gcp.people import tell_people
from tricenter.components.gcp.watch import watch_databases, watch_failover, watched_projects
from tricenter.components.gcp.workflow_source import forced_source, planned_source
from tricenter.topology.gcp_names import LONGEST_ACCOUNT

PERMISSIONS = (
    "cloudsql.instances.demoteMaster",
    "cloudsql.instances.get",
    "cloudsql.instances.list",
    "cloudsql.instances.promoteReplica",
    "cloudsql.instances.update",
)
"""What asking, fencing, promoting and switching over need; nothing may be created or deleted.
Google publishes none for `switchover` by name: it is a promotion and a demotion.
Checked 2026-11-24: https://docs.cloud.google.com/sql/docs/postgres/iam-permissions"""
SEEING = ("roles/logging.logWriter", "roles/monitoring.viewer")


def make_failover(deployment: Deployment) -> tuple[Guard, ...]:
    """The workflows, identities and alarms of every region that can take over."""
    guards = find_guards(deployment)
    roles = {
        project: _role(deployment, project) for project in sorted({one.project for one in guards})
    }
    told = {project: tell_people(deployment, project) for project in watched_projects(deployment)}
    for guard in guards:
        forced = _make_workflows(deployment, guard, _identity(deployment, guard, roles))
        make_alarm(deployment, guard, forced, told[guard.project])
        watch_failover(deployment, guard, told[guard.project])
    for project, channels in told.items():
        watch_databases(deployment, project, channels)
    return guards


def _role(deployment: Deployment, project: str) -> gcp.projects.IAMCustomRole:
    return gcp.projects.IAMCustomRole(
        deployment.logical(None, "failover", f"role-{project}"),
        # A role's id has no hyphen.
        role_id=deployment.named("failover").replace("-", "_"),
        project=project,
        title=f"tricenter {deployment.plan.topology}: failover",
        description="asks, fences, promotes and switches over Cloud SQL instances",
        permissions=list(PERMISSIONS),
        stage="GA",
        opts=deployment.options(deployment.tree.failover, owner=project),
    )


def _identity(
    deployment: Deployment, guard: Guard, roles: dict[str, gcp.projects.IAMCustomRole]
) -> gcp.serviceaccount.Account:
    """Who the workflows of a region are.

    The grant is for the project: Cloud SQL's operations, which a workflow waits for, are no part of
    an instance, and no condition could name them.
    """
    opts = deployment.options(deployment.tree.failover, owner=guard.project)
    account = gcp.serviceaccount.Account(
        deployment.logical(guard.region, "failover", "identity"),
        account_id=deployment.named(guard.region, "failover", longest=LONGEST_ACCOUNT),
        project=guard.project,
        display_name=f"failover into {guard.region}",
        opts=opts,
    )
    granted: dict[str, pulumi.Input[str]] = {"act": roles[guard.project].name}
    granted |= {role.rpartition(".")[2]: role for role in SEEING}
    for what, role in granted.items():
        gcp.projects.IAMMember(
            deployment.logical(guard.region, "failover", what),
            project=guard.project,
            role=role,
            member=account.member,
            opts=opts,
        )
    return account


def _make_workflows(
    deployment: Deployment, guard: Guard, account: gcp.serviceaccount.Account
) -> gcp.workflows.Workflow:
    """The forced and the planned workflow of a region; the forced one is what an alarm starts."""
    sources = {
        "forced": forced_source(
            guard.project,
            guard.region,
            guard.databases,
            approve=guard.approve,
            decide=guard.decide,
        ),
        "planned": planned_source(guard.project, guard.region, guard.databases),
    }
    made = {
        kind: gcp.workflows.Workflow(
            deployment.logical(guard.region, "failover", kind),
            name=deployment.named(guard.region, kind),
            project=guard.project,
            region=guard.region,
            description=f"{kind} change of the leader to {guard.region}",
            service_account=account.id,
            source_contents=source,
            call_log_level="LOG_ALL_CALLS",
            execution_history_level="EXECUTION_HISTORY_DETAILED",
            deletion_protection=not deployment.drill,
            labels=deployment.labels(region=guard.region),
            opts=deployment.options(deployment.tree.failover, owner=guard.project),
        )
        for kind, source in sources.items()
    }
    return made["forced"]
