"""Identifiers that RDS knows a database by: from stack, database, site or region, never a role.

Whoever makes a resource and whoever asks for it later derive the same identifier from the plan.
"""

import hashlib

LONGEST_DATABASE_ID = 63
"""Characters of an identifier of Amazon RDS (checked 2026-11-24).

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/CHAP_Limits.html
"""


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
