"""Engine versions that the emulated RDS offers, by the core's table: moto asks for none.

A version that is not in it is refused, as the real service refuses one that it does not offer.
Those that AWS has retired are taken here, as what runs them goes on; `validate` refuses them for
the real service, whose list is told by `aws rds describe-db-engine-versions`.
"""

from collections.abc import Mapping
from typing import Any

from tricenter.offline.aws.server.call import Call, refuse
from tricenter.topology.clouds.rds_offers import offer_of

SERVICE = "rds"
ENGINES = {"postgres": "postgres", "aurora-postgresql": "aurora-postgresql"}


def offered(engine: str) -> list[str]:
    """The versions of an engine, the oldest first; empty for an engine that is not in the table."""
    if engine not in ENGINES:
        return []
    told = offer_of(engine)
    return sorted(
        (*told.offered, *told.retired), key=lambda one: [int(part) for part in one.split(".")]
    )


def describe(call: Call) -> Mapping[str, Any]:
    """The versions of an engine, all or those that begin with the one that is asked for."""
    engine, wanted = (
        call.params.get("Engine", "aurora-postgresql"),
        call.params.get("EngineVersion"),
    )
    found = [
        v for v in offered(engine) if wanted is None or v == wanted or v.split(".")[0] == wanted
    ]
    return {
        "DBEngineVersions": [
            {
                "Engine": engine,
                "EngineVersion": version,
                "MajorEngineVersion": version.split(".")[0],
                "DBParameterGroupFamily": f"{ENGINES[engine]}{version.split('.')[0]}",
                "Status": "available",
                "SupportsGlobalDatabases": engine == "aurora-postgresql",
                "SupportsReadReplica": engine == "postgres",
            }
            for version in found
        ]
    }


def known_version(call: Call) -> None:
    """Refuse a version that the service does not offer; a major version alone is fine."""
    engine, version = call.params.get("Engine"), call.params.get("EngineVersion")
    known = offered(str(engine))
    if not version or not known or version in known:
        return
    if version in {one.split(".")[0] for one in known}:
        return
    refuse("InvalidParameterCombination", f"Cannot find version {version} for {engine}")


ANSWERS = {"DescribeDBEngineVersions": describe}
GUARDS = {
    "CreateGlobalCluster": known_version,
    "CreateDBCluster": known_version,
    "CreateDBInstance": known_version,
}
