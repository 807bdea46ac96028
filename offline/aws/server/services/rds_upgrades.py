"""What RDS refuses of an upgrade: copies that lag, major versions unasked, groups that do not fit.

The codes and their order: https://github.com/hashicorp/terraform-provider-aws/issues/24887 and
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html
(checked 2026-11-30).
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Iterator
from typing import Any

from moto.rds.models import rds_backends

from tricenter.offline.aws.server.call import Call, refuse
from tricenter.offline.aws.server.services.rds_global import find_global
from tricenter.offline.aws.server.services.rds_versions import offered

SERVICE = "rds"
COMBINATION = "InvalidParameterCombination"
RPO = "rds.global_db_rpo"


def instance(call: Call) -> None:
    """An instance's new version, storage and group of parameters."""
    name = str(call.params["DBInstanceIdentifier"]).lower()
    found = rds_backends[call.account][call.region].databases.get(name)
    if found is None:
        refuse("DBInstanceNotFound", f"DBInstance {name} not found.")
    wanted = call.params.get("EngineVersion")
    if wanted and not getattr(found, "db_cluster_identifier", None):
        _upgrade(call, found, str(wanted))
        _copies_first(call, found, str(wanted))
    size, now = call.params.get("AllocatedStorage"), int(found.allocated_storage or 0)
    if size is not None and int(size) < now:
        refuse(COMBINATION, f"Requested storage size {size} GiB cannot be smaller than {now} GiB.")
    group = call.params.get("DBParameterGroupName")
    known = rds_backends[call.account][call.region].db_parameter_groups
    _fits(str(wanted or found.engine_version), str(found.engine), known.get(group or ""))


def cluster(call: Call) -> None:
    """A cluster's new version; that of a global database's member is not another major one."""
    name = str(call.params["DBClusterIdentifier"]).rpartition(":")[2].lower()
    found = rds_backends[call.account][call.region].clusters.get(name)
    if found is None:
        refuse("DBClusterNotFoundFault", f"DBCluster {name} not found.")
    wanted = call.params.get("EngineVersion")
    if wanted:
        _upgrade(call, found, str(wanted))
    group = call.params.get("DBClusterParameterGroupName")
    known = rds_backends[call.account][call.region].db_cluster_parameter_groups
    _fits(str(wanted or found.engine_version), str(found.engine), known.get(group or ""))


def group(call: Call) -> None:
    """A global database's new version; no major one while a member holds writes back."""
    found, wanted = find_global(call), call.params.get("EngineVersion")
    if not wanted:
        return
    _upgrade(call, found, str(wanted))
    if _major(str(wanted)) == _major(found.engine_version):
        return
    for member in found.members:
        groups = rds_backends[call.account][member.region].db_cluster_parameter_groups
        parameters = getattr(groups.get(member.parameter_group), "parameters", {})
        if parameters.get(RPO, {}).get("ParameterValue"):
            refuse(
                "InvalidParameterValue",
                f"a major version upgrade is not possible while {RPO} is set in the parameter "
                f"group of {member.db_cluster_identifier}",
            )


def reset_groups(call: Call) -> None:
    """After a major upgrade every member has the new version's default parameters again."""
    found = find_global(call)
    for member in found.members:
        family = f"{found.engine}{_major(str(found.engine_version))}"
        groups = rds_backends[call.account][member.region].db_cluster_parameter_groups
        held = groups.get(member.parameter_group)
        if held is not None and _family(held) != family:
            member.parameter_group = f"default.{family}"


def _upgrade(call: Call, found: Any, wanted: str) -> None:
    now, engine = str(found.engine_version), str(found.engine)
    known = offered(engine)
    if wanted not in known and wanted not in {_major(one) for one in known}:
        refuse(COMBINATION, f"Cannot find version {wanted} for {engine}")
    if _number(wanted) < _number(now)[: len(_number(wanted))]:
        refuse(COMBINATION, f"Cannot upgrade {engine} from {now} to {wanted}")
    if _major(wanted) != _major(now) and not call.params.get("AllowMajorVersionUpgrade"):
        refuse(
            COMBINATION,
            "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major "
            "version.",
        )


def _copies_first(call: Call, found: Any, wanted: str) -> None:
    late = [
        copy.db_instance_identifier
        for copy in _copies(call, found)
        if _number(str(copy.engine_version)) < _number(wanted)
    ]
    if late:
        refuse(
            "DBUpgradeDependencyFailure",
            f"One or more of the DB Instance's read replicas need to be upgraded: "
            f"{', '.join(late)}",
        )


def _copies(call: Call, found: Any) -> Iterator[Any]:
    names = {str(name).rpartition(":")[2] for name in getattr(found, "replicas", ()) or ()}
    for backend in rds_backends[call.account].values():
        yield from (one for name, one in backend.databases.items() if name in names)


def _fits(version: str, engine: str, held: Any) -> None:
    if held is None:
        return
    family = f"{engine}{_major(version)}"
    if _family(held) != family:
        refuse(
            COMBINATION,
            f"The parameter group {held.name} with DBParameterGroupFamily {_family(held)} can't be "
            f"used for this instance. Please use a parameter group with DBParameterGroupFamily "
            f"{family}",
        )


def _family(held: Any) -> str:
    """Of an instance's group moto calls it otherwise than of a cluster's (moto 5.2.5)."""
    return str(getattr(held, "family", None) or held.db_parameter_group_family)


def _major(version: object) -> str:
    return str(version).partition(".")[0]


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


GUARDS = {"ModifyDBInstance": instance, "ModifyDBCluster": cluster, "ModifyGlobalCluster": group}
AFTER = {"ModifyGlobalCluster": reset_groups}
