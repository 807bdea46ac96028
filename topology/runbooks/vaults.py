"""Restores what a vault has, and makes it the new production: what a person pastes."""

import shlex
from collections.abc import Iterator

from tricenter.topology.aws_names import identifier, partition_of
from tricenter.topology.bundle.changes import OWN
from tricenter.topology.gcp_names import gcp_name
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedPlace, PlannedVault
from tricenter.topology.runbooks.beside import restored_alone
from tricenter.topology.runbooks.commands import (
    SCRATCH,
    SCRATCH_PORT,
    backrest,
    instance,
    place_of,
    project_of,
    scratch_of,
)

LONGEST_VAULT = 50
FETCHED, OLD_KEY = f"{SCRATCH}/repository", f"{SCRATCH}/key.d"
NEW_STACK = "anew"
"""What the stack is called that is built after the loss of every site."""
AURORA_CLASS = "db.r6g.large"
"""For a restored cluster, where the spec names none: it serves one copy out of it."""


def newest(plan: Plan, database: PlannedDatabase, stack: str, vault: str) -> tuple[str, ...]:
    """Restores the newest state of a database out of a vault, beside the new, empty one."""
    kept = next(one for one in plan.vaults if one.name == vault)
    place = kept.place
    assert place is not None  # noqa: S101 - refused where a vault has no place on the target
    if database.service in OWN:
        old = backrest(database.name, f"--repo1-path={FETCHED}", secrets=OLD_KEY)
        return (
            *_fetch(kept, place, database, stack),
            *restored_alone(database, old, "--type=default"),
        )
    if place.cloud == "aws":
        return tuple(_recovery_point(plan, database, stack, vault, place))
    if database.service == "cloud-sql":
        return tuple(_export(plan, database, vault, place))
    scratch, project = gcp_name(stack, database.name, "restored"), project_of(place)
    there = f"--region={place.region} --project={project}"
    ask = "gcloud alloydb backups list --sort-by=~createTime --limit=1 --format='value(name)'"
    return (
        f"BACKUP=$({ask} {there} --filter='clusterName~{instance(plan, database, stack)}$')",
        f'gcloud alloydb clusters restore {scratch} {there} --backup="$BACKUP" --network=default',
        f"gcloud alloydb instances create {scratch} --cluster={scratch} {there} "
        "--instance-type=PRIMARY --cpu-count=2",
        f"OLD=$(gcloud alloydb instances describe {scratch} --cluster={scratch} {there} "
        "--format='value(ipAddress)')",
    )


def loads(database: PlannedDatabase) -> tuple[str, ...]:
    """Copies what was restored into the database that its writer name leads to."""
    dump = f"{database.name}.dump"
    into = f"pg_restore --host={database.writer} --username=app --dbname=app --jobs=4 "
    into += f"--clean --if-exists {dump}"
    if database.service == "cloud-sql":
        return ()  # an import goes into it directly
    if database.service in OWN:
        where = f"--host={scratch_of(database)} --port={SCRATCH_PORT} --username=postgres"
        return (
            f"install -d -o postgres -g postgres {SCRATCH}/dumps && cd {SCRATCH}/dumps",
            f"runuser -u postgres -- pg_dump {where} --dbname=app --format=directory --jobs=4 "
            f"--file={dump}",
            into,
        )
    return (
        f'pg_dump --host="$OLD" --username=app --dbname=app --format=directory --jobs=4 '
        f"--file={dump}",
        into,
    )


def _recovery_point(
    plan: Plan, database: PlannedDatabase, stack: str, vault: str, place: PlannedPlace
) -> Iterator[str]:
    name = logical_name(plan.topology, vault, "vault").removeprefix(f"{plan.topology}-")
    there = (
        f"--region {place.region} "
        f"--backup-vault-name {identifier(stack, name, longest=LONGEST_VAULT)}"
    )
    owner = f" --backup-vault-account-id {place.owner}" if place.owner else ""
    wanted = f"RecoveryPoints[?contains(ResourceArn, `{identifier(stack, database.name)}`)]"
    yield (
        f"POINT=$(aws backup list-recovery-points-by-backup-vault {there}{owner} "
        f"--query 'sort_by({wanted}, &CreationDate)[-1].RecoveryPointArn' --output text)"
    )
    yield (
        f"aws backup get-recovery-point-restore-metadata {there} "
        '--recovery-point-arn "$POINT" --query RestoreMetadata > metadata.json'
    )
    kind = {"aurora": "DBClusterIdentifier", "rds": "DBInstanceIdentifier"}[database.service]
    scratch = identifier(stack, database.name, place.region, "restored")
    changed = f'd["{kind}"]="{scratch}"; [d.pop(k, 0) for k in ("DBSubnetGroupName", '
    changed += '"VpcSecurityGroupIds", "vpcSecurityGroupIds")]'
    yield (
        'python3 -c \'import json; d=json.load(open("metadata.json")); '
        f'{changed}; json.dump(d, open("metadata.json", "w"))\''
    )
    partition = partition_of(place.region)
    role = f"arn:{partition}:iam::$ACCOUNT:role/service-role/AWSBackupDefaultServiceRole"
    yield (
        f"aws backup start-restore-job --region {place.region} "
        f'--recovery-point-arn "$POINT" --iam-role-arn "{role}" --metadata file://metadata.json'
    )
    yield from _opened(database, scratch, place)


def _opened(database: PlannedDatabase, scratch: str, place: PlannedPlace) -> Iterator[str]:
    """Waits for what is restored, and asks for its host."""
    there = f"--region {place.region}"
    if database.service == "aurora":
        machine = next((m.machine for m in database.members if m.machine), None) or AURORA_CLASS
        cluster = f"{there} --db-cluster-identifier {scratch}"
        yield f"until aws rds wait db-cluster-available {cluster}; do sleep 30; done"
        yield (
            f"aws rds create-db-instance {cluster} --db-instance-identifier {scratch} "
            f"--engine aurora-postgresql --db-instance-class {machine}"
        )
    one = f"{there} --db-instance-identifier {scratch}"
    yield f"until aws rds wait db-instance-available {one}; do sleep 30; done"
    yield (
        f"OLD=$(aws rds describe-db-instances {one} "
        "--query 'DBInstances[0].Endpoint.Address' --output text)"
    )


def _export(
    plan: Plan, database: PlannedDatabase, vault: str, place: PlannedPlace
) -> Iterator[str]:
    project = project_of(place)
    yield (
        f"BUCKET=$(gcloud storage buckets list --project={project} --filter='name~{vault}' "
        "--format='value(name)' --limit=1)"
    )
    yield (
        f'DUMP=$(gcloud storage ls "gs://$BUCKET/**" | grep -F {shlex.quote(database.name)} '
        "| sort | tail -n 1)"
    )
    # The new stack has other sites, so its instance has another name.
    there = f"--project={project_of(place_of(plan, database))}"
    named = gcp_name(f"{plan.topology}-{NEW_STACK}")
    yield (
        f"NEW=$(gcloud sql instances list {there} --filter='name~^{named}-.*-{database.name}$ AND "
        "instanceType=CLOUD_SQL_INSTANCE' --format='value(name)' --limit=1)"
    )
    yield f'gcloud sql import sql "$NEW" "$DUMP" --database=app {there}'


def _fetch(
    vault: PlannedVault, place: PlannedPlace, database: PlannedDatabase, stack: str
) -> Iterator[str]:
    """The repository out of a vault's bucket, as of its last shipment, beside the new stack's own.

    It is encrypted with the old stack's key, which is pasted.
    """
    yield f"install -d -o postgres -g postgres -m 700 {SCRATCH} {OLD_KEY}"
    yield f"cat > {OLD_KEY}/cipher.conf  # paste what step 2 printed, then Ctrl-D"
    if place.cloud == "aws":
        short = identifier(stack, f"{vault.name}-cold", longest=63 - 13)
        yield f"BUCKET=s3://{short}-{place.owner or '$ACCOUNT'}"
        copy, there = "aws s3 cp --recursive --quiet", f" --region {place.region}"
        yield f"LAST=$(aws s3 ls \"$BUCKET/info/\"{there} | awk '{{print $2}}' | sort | tail -n 1)"
    else:
        yield (
            f"BUCKET=gs://$(gcloud storage buckets list --project={project_of(place)} "
            f"--filter='name~{vault.name}' --format='value(name)' --limit=1)"
        )
        copy, there = "gcloud storage cp --recursive", ""
        yield 'LAST=$(gcloud storage ls "$BUCKET/info/" | sort | tail -n 1 | xargs basename)/'
    for kind in ("archive", "backup"):
        part = f"{kind}/{database.name}"
        star = "" if place.cloud == "aws" else "/*"
        yield f"install -d {FETCHED}/{part}"
        yield f'{copy} "$BUCKET/repository/{part}{star}" {FETCHED}/{part}/{there}'
        yield f'{copy} "$BUCKET/info/${{LAST}}{part}{star}" {FETCHED}/{part}/{there}'
    yield f"chown -R postgres:postgres {FETCHED} {OLD_KEY}"
