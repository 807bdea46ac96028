"""Names on AWS that follow from a plan: partitions, and identifiers that RDS knows databases by.

Identifiers are of stack, database, site or region, never of a role: whoever makes a resource and
whoever asks for it later derive the same one.
"""

import hashlib

LONGEST_DATABASE_ID = 63
"""Characters of an identifier of Amazon RDS (checked 2026-11-24).

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/CHAP_Limits.html
"""

PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
"""Partitions by how their regions' names begin; all others are in `aws` (checked 2026-11-30).

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""
SUFFIXES = {"aws-cn": "amazonaws.com.cn"}
"""Domains of services where they are not amazonaws.com."""


def partition_of(region: str) -> str:
    """The partition of a region, which every ARN in it begins with: `cn-north-1` -> `aws-cn`."""
    found = (name for start, name in PARTITIONS.items() if region.startswith(start))
    return next(found, "aws")


def suffix_of(region: str) -> str:
    """The domain of the services of a region."""
    return SUFFIXES.get(partition_of(region), "amazonaws.com")


def cidr_collection(stack: str) -> str:
    """What a stack's collection of subnets in Route 53 is called, by which alone it is known."""
    return f"{stack}-subnets"


def identifier(*parts: str, longest: int = LONGEST_DATABASE_ID) -> str:
    """The parts joined by dashes; what is too long ends in a digest that keeps it apart."""
    wanted = "-".join(parts)
    if len(wanted) <= longest:
        return wanted
    digest = hashlib.sha256(wanted.encode()).hexdigest()[:8]
    return f"{wanted[: longest - 9].rstrip('-')}-{digest}"


def global_cluster_id(stack: str, database: str) -> str:
    """Aurora: the global database of a database of a stack (`ledger-dev`)."""
    return identifier(stack, database)


def regional_id(stack: str, database: str, region: str) -> str:
    """Aurora: the cluster of one region; RDS: the DB instance of one region."""
    return identifier(stack, database, region)


def member_id(stack: str, database: str, site: str) -> str:
    """Aurora: the DB instance of one site."""
    return identifier(stack, database, site)
