"""What each place has of backups, a backup by hand, and the key: what a person pastes."""

import shlex
from collections.abc import Iterator

from tricenter.topology.aws_names import regional_id
from tricenter.topology.bundle.changes import OWN
from tricenter.topology.plan import Plan, PlannedBackup, PlannedDatabase, PlannedPlace
from tricenter.topology.render.pgbackrest import SECRETS
from tricenter.topology.runbooks import commands


def kept(plan: Plan, stack: str) -> list[str]:
    """What each place has of backups."""
    found: list[str] = []
    for database, place, backup in _covered(plan):
        match database.service:
            case "aurora":
                here = regional_id(stack, database.name, place.region)
                found.append(
                    f"aws rds describe-db-cluster-snapshots --region {place.region} "
                    f"--db-cluster-identifier {here} --snapshot-type awsbackup"
                )
            case "rds":
                here = regional_id(stack, database.name, place.region)
                found.append(
                    f"aws rds describe-db-snapshots --region {place.region} "
                    f"--db-instance-identifier {here} --snapshot-type awsbackup"
                )
            case "cloud-sql":
                here = commands.instance(plan, database, stack)
                project = commands.project_of(place)
                found.append(f"gcloud sql backups list --instance={here} --project={project}")
            case "alloydb":
                found.append(
                    f"gcloud alloydb backups list --region={place.region} "
                    f"--project={commands.project_of(place)}"
                )
            case _:
                found.append(
                    f"runuser -u postgres -- {commands.backrest(database.name)} info"
                    f"  # on the machine of {backup.repositories[0]}"
                )
    return found


def fulls(plan: Plan, stack: str) -> list[str]:
    """A backup of each database now."""
    found: list[str] = []
    for database, place, backup in _covered(plan):
        match database.service:
            case "aurora" | "rds":
                kind = "cluster-" if database.service == "aurora" else ""
                what = "cluster" if database.service == "aurora" else "instance"
                here = regional_id(stack, database.name, place.region)
                found.append(
                    f"aws rds create-db-{kind}snapshot --region {place.region} "
                    f"--db-{what}-identifier {here} --db-{kind}snapshot-identifier {here}-by-hand"
                )
            case "cloud-sql":
                here = commands.instance(plan, database, stack)
                found.append(
                    f"gcloud sql backups create --instance={here} "
                    f"--project={commands.project_of(place)}"
                )
            case "alloydb":
                here = commands.instance(plan, database, stack)
                found.append(
                    f"gcloud alloydb backups create {here}-by-hand --cluster={here} "
                    f"--region={place.region} --project={commands.project_of(place)}"
                )
            case _:
                found.append(
                    f"runuser -u postgres -- {commands.backrest(database.name)} --type=full backup"
                    f"  # on the machine of {backup.repositories[0]}"
                )
    return found


def keys(plan: Plan, stack: str) -> list[str]:
    """How the key of what is in the vaults is read, or seen to be there."""
    for backup in plan.backups:
        held = [d for d in plan.databases if d.name in backup.databases and d.service in OWN]
        if held and backup.repositories:
            place = plan.host(backup.repositories[0]).place
            name, file = f"{stack}-{backup.repositories[0]}", f"{SECRETS}/cipher.conf"
            script = f'import json,sys; print(json.load(sys.stdin)["files"]["{file}"])'
            read = f"python3 -c {shlex.quote(script)}"
            if place is not None and place.cloud == "aws":
                asked = f"aws secretsmanager get-secret-value --region {place.region}"
                more = f"--secret-id {name} --query SecretString --output text"
                return [f"{asked} {more} | {read}"]
            project = (place.owner if place else None) or "$PROJECT"
            asked = f"gcloud secrets versions access latest --secret={name} --project={project}"
            return [f"{asked} | {read}"]
    found: list[str] = []
    for vault in plan.vaults:
        if vault.place is not None and vault.place.cloud == "aws":
            found.append(f"aws kms list-aliases --region {vault.place.region}")
        elif vault.place is not None:
            project = commands.project_of(vault.place)
            found.append(
                f"gcloud kms keyrings list --location={vault.place.region} --project={project}"
            )
    return found


def _covered(plan: Plan) -> Iterator[tuple[PlannedDatabase, PlannedPlace, PlannedBackup]]:
    """Each database that a schedule covers, where it is asked, and the schedule."""
    for database in plan.databases:
        backup = commands.backup_of(plan, database.name)
        if backup is not None:
            yield database, commands.place_of(plan, database), backup
