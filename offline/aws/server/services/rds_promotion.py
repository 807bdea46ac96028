"""Promotion of a copy of RDS: it stands alone afterwards, which moto does not tell (moto 5.2.5).

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplica.html
(checked 2026-12-01)
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from typing import Any

from moto.rds.models import rds_backends

from tricenter.offline.aws.server.call import Call, refuse

SERVICE = "rds"


def promotable(call: Call) -> None:
    """Only a copy that is there and available is promoted."""
    found = _instance(call)
    if not found.is_replica:
        message = f"DB Instance {found.db_instance_identifier} is not a read replica."
        refuse("InvalidDBInstanceState", message)
    if found.status != "available":
        message = f"DB Instance {found.db_instance_identifier} is not in available state."
        refuse("InvalidDBInstanceState", message)


def promoted(call: Call) -> None:
    """It copies nobody, and its source knows no more of it: also one in a region that is lost."""
    found = _instance(call)
    own = {found.db_instance_identifier, found.db_instance_arn}
    found.source_db_instance_identifier = None
    for backend in rds_backends[call.account].values():
        for other in backend.databases.values():
            other.replicas = [name for name in other.replicas if name not in own]


def _instance(call: Call) -> Any:
    name = str(call.params["DBInstanceIdentifier"]).lower()
    found = rds_backends[call.account][call.region].databases.get(name)
    return found or refuse("DBInstanceNotFound", f"DBInstance {name} not found.")


GUARDS = {"PromoteReadReplica": promotable}
AFTER = {"PromoteReadReplica": promoted}
