"""Every site holds a copy of every database."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.centers import copies_of
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Databases that a site could not take over, because it has no copy."""
    for name in sorted(facts.topology.databases):
        copies = copies_of(facts.topology, name)
        for site in sorted(facts.topology.sites):
            if site not in copies:
                city = facts.topology.sites[site].city
                message = f"{site} in {city} has no copy of {name}, so it cannot take it over"
                yield Finding(path=("databases", name, "replicas"), at="key", message=message)


RULE = Rule(
    severity="critical",
    clauses=(cite("seed", confidence="seed"), cite("bank-2010", "art. 7")),
    fix="name the site under `replicas` of the database",
    also_in=(
        "AWS Config RDS_MULTI_AZ_SUPPORT (another zone)",
        "RDS.5 (another zone)",
        "RDS.15 (another zone)",
        "CKV_AWS_157 (another zone)",
        "prowler rds_instance_multi_az (another zone)",
        "prowler rds_cluster_multi_az (another zone)",
        "AWSGuard rds-instance-multi-az-enabled (another zone)",
        "APRL 2ab85a67 (PostgreSQL of Azure)",
        "APRL 43663217 (another region)",
    ),
    passes="databases: {ledger-a: {replicas: {xihu: {voter: true}, tianfu: {voter: true}}}}",
    fails="databases: {ledger-a: {replicas: {tianfu: null}}}",
    find=find,
)
