"""AWS as specs may name it: regions, versions of Aurora and RDS for PostgreSQL, instances."""

import re

from tricenter.topology.clouds.catalog import Catalog, Service

# Regions: those of Amazon RDS in the partitions `aws`, `aws-cn` and `aws-us-gov`, botocore 1.44.8,
# 2026-11-25 (endpoints.json).
# Zone names: AWS maps the letters anew for each account, so a letter can be checked for its form
# only. https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html
REGIONS = """
af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2
ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6
ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2
eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1
us-east-1 us-east-2 us-west-1 us-west-2
cn-north-1 cn-northwest-1 us-gov-east-1 us-gov-west-1
""".split()  # noqa: SIM905 - a list of one line each would hide the rest
LETTERS = "abcdef"
DB_CLASS = re.compile(r"db\.(serverless|[a-z]\d[a-z]*\.(micro|small|medium|large|\d{0,2}xlarge))")
"""The form of a class; which there are in a region is told by rds_tables.json."""
EC2_TYPE = re.compile(r"[a-z]\d[a-z]{0,3}\.(medium|large|\d{0,2}xlarge)")

CATALOG = Catalog(
    title="AWS",
    dated="2026-11-25",
    source="botocore 1.44.8 (regions); the lists of cfn-lint (versions and classes, their own day)",
    zones={region: tuple(region + letter for letter in LETTERS) for region in REGIONS},
    services={
        # Major versions here, minor ones and classes in rds_tables.json.
        "aurora": Service(
            title="Aurora PostgreSQL",
            versions=("14", "15", "16", "17", "18"),
            minor=True,
            machine=DB_CLASS,
            example="db.r6g.large",
        ),
        "rds": Service(
            title="RDS for PostgreSQL",
            versions=("14", "15", "16", "17", "18"),
            minor=True,
            machine=DB_CLASS,
            example="db.m6g.large",
        ),
        # Debian 12's packages have 15; other versions come from PostgreSQL's own repository.
        "self-managed": Service(
            title="PostgreSQL on EC2",
            versions=("14", "15", "16", "17", "18"),
            minor=False,
            machine=EC2_TYPE,
            example="m6g.large",
            spans=True,
        ),
    },
)
