"""Writes what Amazon RDS offers, from the lists that cfn-lint publishes, into topology/clouds.

cfn-lint (MIT-0, by AWS' CloudFormation team) keeps versions and classes as RDS' own API tells them
in each region. To write the table anew, with a newer version of it where there is one:

    python3 -m pip download --no-deps --dest /tmp/lint cfn-lint==1.58.0
    python3 setup/rds_tables.py /tmp/lint/cfn_lint-1.58.0-py3-none-any.whl
"""

import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

TABLE = Path(__file__).resolve().parent.parent / "topology" / "clouds" / "rds_tables.json"
LISTS = "cfnlint/data/schemas/extensions/aws_rds_dbinstance/"
ENGINES = ("aurora-postgresql", "postgres")
MINOR = re.compile(r"1[4-9]\.\d+|[2-9]\d\.\d+")
"""Versions of PostgreSQL that anybody begins with today; `16.8-limitless` is another product."""


def main(wheel: str) -> None:
    """Write the table from a wheel of cfn-lint."""
    with zipfile.ZipFile(wheel) as archive:

        def read(name: str) -> Any:
            return json.loads(archive.read(f"{LISTS}{name}.json"))

        year, month, day = archive.getinfo(f"{LISTS}engine_version.json").date_time[:3]
        versions, deprecated = read("engine_version"), read("engine_version_deprecated")
        classes = read("dbinstanceclass_enum")
    retired = {engine: minors(deprecated, engine, "if") for engine in ENGINES}
    offered = {engine: minors(versions, engine, "then") for engine in ENGINES}
    table = {
        "source": "-".join(Path(wheel).name.split("-")[:2]).replace("_", "-"),
        "dated": f"{year}-{month:02}-{day:02}",
        "offered": {
            engine: [version for version in found if version not in retired[engine]]
            for engine, found in offered.items()
        },
        "retired": retired,
        # Without their `db.`, parted by spaces.
        "classes": {
            engine: {
                region: " ".join(found)
                for region in sorted(classes)
                if (found := classes_of(classes[region], engine))
            }
            for engine in ENGINES
        },
    }
    TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def minors(document: Any, engine: str, key: str) -> list[str]:
    """The minor versions that a list has for an engine, the oldest first."""
    found: set[str] = set()
    for entry in document["allOf"]:
        if entry["if"]["properties"]["Engine"].get("const") == engine:
            found |= set(entry[key]["properties"].get("EngineVersion", {}).get("enum", ()))
    return sorted(filter(MINOR.fullmatch, found), key=lambda v: [int(p) for p in v.split(".")])


def classes_of(document: Any, engine: str) -> list[str]:
    """The classes that a region's list has for an engine."""
    found: set[str] = set()
    for entry in document["allOf"]:
        if entry["if"]["properties"].get("Engine", {}).get("const") == engine:
            found |= set(entry["then"]["properties"]["DBInstanceClass"]["enum"])
    return sorted(one.removeprefix("db.") for one in found)


if __name__ == "__main__":
    main(sys.argv[1])
