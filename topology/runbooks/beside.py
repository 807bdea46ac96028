"""Restores a database beside the live one, to a moment: what a person pastes for each service."""

import shlex
from collections.abc import Iterator

from tricenter.topology.aws_names import identifier, member_id, regional_id
from tricenter.topology.gcp_names import gcp_name
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedPlace
from tricenter.topology.runbooks.commands import (
    SCRATCH,
    SCRATCH_PORT,
    backrest,
    instance,
    place_of,
    project_of,
    scratch_of,
)


def to_moment(plan: Plan, database: PlannedDatabase, stack: str) -> tuple[str, ...]:
    """Restores a database beside the live one, to the moment that MOMENT names (UTC, RFC 3339)."""
    place = place_of(plan, database)
    match database.service:
        case "aurora":
            return tuple(_aurora(database, stack, place))
        case "rds":
            return tuple(_rds(database, stack, place))
        case "cloud-sql":
            return tuple(_cloud_sql(plan, database, stack, place))
        case "alloydb":
            return tuple(_alloydb(plan, database, stack, place))
        case _:
            target = ("--type=time", '--target="$MOMENT"', "--target-action=promote")
            return restored_alone(database, backrest(database.name), *target)


def _aurora(database: PlannedDatabase, stack: str, place: PlannedPlace) -> Iterator[str]:
    here = regional_id(stack, database.name, place.region)
    scratch = identifier(stack, database.name, place.region, "restored")
    ask = f"aws rds describe-db-clusters --region {place.region} --db-cluster-identifier {here}"
    member = member_id(stack, database.name, database.prefer)
    yield f"GROUP=$({ask} --query 'DBClusters[0].DBSubnetGroup' --output text)"
    yield (
        f"DOOR=$({ask} --query 'DBClusters[0].VpcSecurityGroups[0].VpcSecurityGroupId' "
        "--output text)"
    )
    yield (
        f"CLASS=$(aws rds describe-db-instances --region {place.region} --db-instance-identifier "
        f"{member} --query 'DBInstances[0].DBInstanceClass' --output text)"
    )
    yield (
        f"aws rds restore-db-cluster-to-point-in-time --region {place.region} "
        f"--source-db-cluster-identifier {here} --db-cluster-identifier {scratch} "
        '--restore-to-time "$MOMENT" --db-subnet-group-name "$GROUP" '
        '--vpc-security-group-ids "$DOOR"'
    )
    yield (
        f"aws rds create-db-instance --region {place.region} --db-instance-identifier {scratch} "
        f'--db-cluster-identifier {scratch} --engine aurora-postgresql --db-instance-class "$CLASS"'
    )
    yield (
        f"aws rds wait db-instance-available --region {place.region} "
        f"--db-instance-identifier {scratch}"
    )
    yield (
        f"aws rds describe-db-clusters --region {place.region} --db-cluster-identifier {scratch} "
        "--query 'DBClusters[0].Endpoint' --output text"
    )


def _rds(database: PlannedDatabase, stack: str, place: PlannedPlace) -> Iterator[str]:
    here = regional_id(stack, database.name, place.region)
    scratch = identifier(stack, database.name, place.region, "restored")
    ask = f"aws rds describe-db-instances --region {place.region} --db-instance-identifier {here}"
    yield f"GROUP=$({ask} --query 'DBInstances[0].DBSubnetGroup.DBSubnetGroupName' --output text)"
    yield (
        f"DOOR=$({ask} --query 'DBInstances[0].VpcSecurityGroups[0].VpcSecurityGroupId' "
        "--output text)"
    )
    yield (
        f"aws rds restore-db-instance-to-point-in-time --region {place.region} "
        f"--source-db-instance-identifier {here} --target-db-instance-identifier {scratch} "
        '--restore-time "$MOMENT" --db-subnet-group-name "$GROUP" --vpc-security-group-ids "$DOOR"'
    )
    yield (
        f"aws rds wait db-instance-available --region {place.region} "
        f"--db-instance-identifier {scratch}"
    )
    yield (
        f"aws rds describe-db-instances --region {place.region} --db-instance-identifier {scratch} "
        "--query 'DBInstances[0].Endpoint.Address' --output text"
    )


def _cloud_sql(
    plan: Plan, database: PlannedDatabase, stack: str, place: PlannedPlace
) -> Iterator[str]:
    here = instance(plan, database, stack)
    scratch, project = gcp_name(stack, database.name, "restored"), project_of(place)
    yield (
        f'gcloud sql instances clone {here} {scratch} --point-in-time="$MOMENT" --project={project}'
    )
    yield (
        f"gcloud sql instances describe {scratch} --project={project} "
        "--format='value(ipAddresses[0].ipAddress)'"
    )


def _alloydb(
    plan: Plan, database: PlannedDatabase, stack: str, place: PlannedPlace
) -> Iterator[str]:
    here, scratch = instance(plan, database, stack), gcp_name(stack, database.name, "restored")
    project, region = project_of(place), place.region
    yield (
        f"NETWORK=$(gcloud alloydb clusters describe {here} --region={region} --project={project} "
        "--format='value(networkConfig.network)')"
    )
    yield (
        f"gcloud alloydb clusters restore {scratch} --region={region} --project={project} "
        f"--source-cluster=projects/{project}/locations/{region}/clusters/{here} "
        '--point-in-time="$MOMENT" --network="$NETWORK"'
    )
    yield (
        f"gcloud alloydb instances create {scratch} --cluster={scratch} --region={region} "
        f"--project={project} --instance-type=PRIMARY --cpu-count=2"
    )
    yield (
        f"gcloud alloydb instances describe {scratch} --cluster={scratch} --region={region} "
        f"--project={project} --format='value(ipAddress)'"
    )


def restored_alone(database: PlannedDatabase, backrest_call: str, *target: str) -> tuple[str, ...]:
    """On the machine that has the repository: into a folder of its own, which nobody reaches."""
    data, user = scratch_of(database), "runuser -u postgres --"
    major = (database.version or "15").partition(".")[0]
    start = f"-p {SCRATCH_PORT} -k {data} -c listen_addresses= -c archive_mode=off"
    return (
        f"install -d -o postgres -g postgres -m 700 {SCRATCH} {data}",
        f"{user} {backrest_call} --pg1-path={data} --archive-mode=off --delta --force "
        + " ".join([*target, "restore"]),
        f"{user} /usr/lib/postgresql/{major}/bin/pg_ctl -D {data} -w -t 86400 "
        f"-o {shlex.quote(start)} start",
        f"{user} psql -h {data} -p {SCRATCH_PORT} -d app -c 'SELECT now()'",
    )
