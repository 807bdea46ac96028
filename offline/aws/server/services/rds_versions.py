"""Engine versions that the emulated RDS offers, by a small table: moto asks for none.

A version that is not in it is refused, as the real service refuses one that it does not offer. The
table is PostgreSQL's minor releases and not AWS's list, which is shorter and differs by region and
account, since AWS ends minor versions: what passes here may be refused there. That list is told by
`aws rds describe-db-engine-versions`.
"""

from collections.abc import Mapping
from typing import Any

from tricenter.offline.aws.server.call import Call, refuse

SERVICE = "rds"
POSTGRESQL = {
    14: range(10, 24),
    15: range(5, 19),
    16: range(1, 15),
    17: range(1, 11),
    18: range(1, 5),
}
"""Minor versions by major version."""
FIRST_AURORA = {14: 10, 15: 5, 16: 1, 17: 4}
"""Aurora's first minor version here. 17.4 is AWS's own first of 17, and 18 is not among AWS's pages
(2026-11-25, AuroraPostgreSQL.Extensions.html in its release notes); the others are a choice."""
ENGINES = {"postgres": "postgres", "aurora-postgresql": "aurora-postgresql"}


def offered(engine: str) -> list[str]:
    """The versions of an engine, the oldest first; empty for an engine that is not in the table."""
    aurora = engine == "aurora-postgresql"
    if engine not in ENGINES:
        return []
    return [
        f"{major}.{minor}"
        for major, minors in POSTGRESQL.items()
        for minor in minors
        if not aurora or (major in FIRST_AURORA and minor >= FIRST_AURORA[major])
    ]


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
