"""Cold copies: exports as SQL in a bucket of each vault, which nobody can delete for their time."""

from collections.abc import Mapping

import pulumi
import pulumi_gcp as gcp

from tricenter.components.gcp import alloydb
from tricenter.components.gcp.buckets import DAY, make_bucket
from tricenter.components.gcp.cloudsql import SERVICE, instance_name
from tricenter.components.gcp.deployment import Deployment
from tricenter.components.gcp.keys import Keys
from tricenter.components.gcp.people import tell_people
from tricenter.components.gcp.watch import watch_workflows
from tricenter.components.gcp.workflow_source import ExportedDatabase, export_source
from tricenter.topology.gcp_names import GOOGLE_HOST, LONGEST_ACCOUNT
from tricenter.topology.managed_instances import managed_instances
from tricenter.topology.plan import PlannedBackup, PlannedVault
from tricenter.topology.shipments import EXPORTED, by_export

Instances = Mapping[str, Mapping[str, gcp.sql.DatabaseInstance]]
"""By database and by the site that names each."""
MONTH_DAYS, WEEK_DAYS = 31, 7
WRITING = ("roles/storage.objectCreator", "roles/storage.objectViewer")
"""An export creates objects and lists them; it may delete and overwrite none."""
PERMISSIONS: Mapping[str, tuple[str, ...]] = {
    "cloud-sql": ("cloudsql.instances.export", "cloudsql.instances.get"),
    "alloydb": ("alloydb.clusters.export", "alloydb.clusters.get", "alloydb.operations.get"),
}
EXPORTER = "exporter"


def make_cold_copies(
    deployment: Deployment, keys: Keys, instances: Instances
) -> dict[str, gcp.storage.Bucket]:
    """A bucket for each vault on Google Cloud, and the exports into it; the buckets by vault."""
    made: dict[str, gcp.storage.Bucket] = {}
    role: gcp.projects.IAMCustomRole | None = None
    for vault in deployment.plan.vaults:
        if vault.place is None or vault.place.cloud != "gcp":
            continue
        backups = [one for one in deployment.plan.backups if vault.name in one.vaults]
        made[vault.name] = bucket = _bucket(deployment, keys, vault, backups)
        copied = {
            name: database
            for backup in backups
            for name in backup.databases
            if (database := _exported(deployment, name)) is not None
        }
        if copied:
            _let_instances_write(deployment, vault, bucket, copied, instances)
            role = role or _role(deployment)
            _export(deployment, vault, bucket, backups, copied, role)
    return made


def _bucket(
    deployment: Deployment, keys: Keys, vault: PlannedVault, backups: list[PlannedBackup]
) -> gcp.storage.Bucket:
    place = vault.place
    assert place is not None  # noqa: S101 - the caller has looked
    immutable = max((backup.immutable or 0 for backup in backups), default=0)
    kept = [
        max(backup.daily, backup.weekly * WEEK_DAYS, backup.monthly * MONTH_DAYS)
        for backup in backups
    ]
    return make_bucket(
        deployment,
        keys,
        deployment.tree.snapshots,
        project=deployment.project_of(place.owner),
        region=place.region,
        capability=vault.name,
        holds_data=True,
        storage_class="COLDLINE",
        immutable=immutable or None,
        # A lock can never be taken back: only where the spec asks for that medium.
        locked=vault.medium == "object-lock",
        delete_after_days=max(max(kept, default=0), int(immutable // DAY) + 1) if backups else None,
    )


def _exported(deployment: Deployment, name: str) -> ExportedDatabase | None:
    """A database as the export knows it; None where machines of our own ship it."""
    database = next(one for one in deployment.plan.databases if one.name == name)
    if database.service not in EXPORTED:
        return None
    found = managed_instances(deployment.plan, database)
    name_of = instance_name if database.service == SERVICE else alloydb.cluster_path
    names = [name_of(deployment, instance) for instance in found]
    return ExportedDatabase(name=name, instances=tuple(names), service=database.service)


def _let_instances_write(
    deployment: Deployment,
    vault: PlannedVault,
    bucket: gcp.storage.Bucket,
    copied: Mapping[str, ExportedDatabase],
    instances: Instances,
) -> None:
    """Every instance may write, since each may be the leader; Cloud SQL gives each an identity."""
    owner = vault.place.owner if vault.place else None
    if any(one.service == alloydb.SERVICE for one in copied.values()):
        identity = gcp.projects.ServiceIdentity(
            deployment.logical(vault.name, "agent", alloydb.SERVICE),
            project=deployment.project,
            service=f"alloydb.{GOOGLE_HOST}",
            opts=deployment.options(deployment.tree.snapshots),
        )
        # Creating is all that an export of AlloyDB needs. Checked 2026-11-30:
        # https://docs.cloud.google.com/alloydb/docs/export-sql-file
        gcp.storage.BucketIAMMember(
            deployment.logical(vault.name, "objectCreator", alloydb.SERVICE),
            bucket=bucket.name,
            role=WRITING[0],
            member=identity.member,
            opts=deployment.options(deployment.tree.snapshots, owner=owner),
        )
    for name in (one for one in copied if copied[one].service == SERVICE):
        for site, instance in sorted(instances[name].items()):
            for role in WRITING:
                gcp.storage.BucketIAMMember(
                    deployment.logical(vault.name, role.rpartition(".")[2], f"{site}-{name}"),
                    bucket=bucket.name,
                    role=role,
                    member=instance.service_account_email_address.apply(
                        lambda address: f"serviceAccount:{address}"
                    ),
                    opts=deployment.options(deployment.tree.snapshots, owner=owner),
                )


def _permissions(deployment: Deployment) -> list[str]:
    """What exporting takes, of the services that the plan has."""
    services = {database.service for database in deployment.plan.databases}
    return [one for service in sorted(services) for one in PERMISSIONS.get(service, ())]


def _role(deployment: Deployment) -> gcp.projects.IAMCustomRole:
    return gcp.projects.IAMCustomRole(
        deployment.logical(None, "snapshots", "role"),
        role_id=deployment.named(EXPORTER).replace("-", "_"),
        project=deployment.project,
        title=f"tricenter {deployment.plan.topology}: exports",
        description="reads who leads and exports it",
        permissions=_permissions(deployment),
        stage="GA",
        opts=deployment.options(deployment.tree.snapshots),
    )


def _export(
    deployment: Deployment,
    vault: PlannedVault,
    bucket: gcp.storage.Bucket,
    backups: list[PlannedBackup],
    copied: Mapping[str, ExportedDatabase],
    role: gcp.projects.IAMCustomRole,
) -> None:
    """The workflow that exports, in the vault's region, and the schedules that start it."""
    place = vault.place
    assert place is not None  # noqa: S101 - the caller has looked
    account = _identity(deployment, vault, role)
    workflow = gcp.workflows.Workflow(
        deployment.logical(vault.name, EXPORTER, "workflow"),
        name=deployment.named(vault.name, "export"),
        project=deployment.project,
        region=place.region,
        description=f"copies databases into {vault.name}",
        service_account=account.id,
        source_contents=bucket.name.apply(
            lambda name: export_source(deployment.project, name, list(copied.values()))
        ),
        call_log_level="LOG_ERRORS_ONLY",
        deletion_protection=not deployment.drill,
        labels=deployment.labels(vault=vault.name),
        opts=deployment.options(deployment.tree.snapshots),
    )
    watch_workflows(
        deployment,
        deployment.project,
        f"export-{vault.name}",
        [deployment.named(vault.name, "export")],
        tell_people(deployment, deployment.project, f"vault-{vault.name}"),
    )
    for backup in backups:
        _schedule(deployment, vault, place.region, backup, workflow, account)


def _identity(
    deployment: Deployment, vault: PlannedVault, role: gcp.projects.IAMCustomRole
) -> gcp.serviceaccount.Account:
    """Who exports into a vault, and who starts that by schedule."""
    opts = deployment.options(deployment.tree.snapshots)
    account = gcp.serviceaccount.Account(
        deployment.logical(vault.name, EXPORTER),
        account_id=deployment.named(vault.name, EXPORTER, longest=LONGEST_ACCOUNT),
        project=deployment.project,
        display_name=f"exports into {vault.name}",
        opts=opts,
    )
    granted: dict[str, pulumi.Input[str]] = {
        "export": role.name,
        "log": "roles/logging.logWriter",
        "start": "roles/workflows.invoker",
    }
    for what, one in granted.items():
        gcp.projects.IAMMember(
            deployment.logical(vault.name, EXPORTER, what),
            project=deployment.project,
            role=one,
            member=account.member,
            opts=opts,
        )
    return account


def _schedule(
    deployment: Deployment,
    vault: PlannedVault,
    region: str,
    backup: PlannedBackup,
    workflow: gcp.workflows.Workflow,
    account: gcp.serviceaccount.Account,
) -> gcp.cloudscheduler.Job:
    """Starts the export whenever the spec's full backup is due."""
    return gcp.cloudscheduler.Job(
        deployment.logical(vault.name, "schedule", backup.name),
        name=deployment.named(vault.name, backup.name),
        project=deployment.project,
        region=region,
        description=f"{backup.name}: copies into {vault.name}",
        schedule=by_export(backup.full).starts[0],
        time_zone="Etc/UTC",
        attempt_deadline="180s",
        retry_config=gcp.cloudscheduler.JobRetryConfigArgs(
            retry_count=3, min_backoff_duration="60s", max_backoff_duration="600s"
        ),
        http_target=gcp.cloudscheduler.JobHttpTargetArgs(
            http_method="POST",
            uri=workflow.id.apply(
                lambda path: f"https://workflowexecutions.googleapis.com/v1/{path}/executions"
            ),
            oauth_token=gcp.cloudscheduler.JobHttpTargetOauthTokenArgs(
                service_account_email=account.email,
                scope="https://www.googleapis.com/auth/cloud-platform",
            ),
        ),
        opts=deployment.options(deployment.tree.snapshots),
    )
