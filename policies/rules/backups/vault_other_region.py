"""A vault on a cloud is in no region of the sites."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Vaults in a region that holds sites, wherever the spec says that they stand."""
    topology = facts.topology
    for name, vault in sorted(topology.vaults.items()):
        for cloud in ("aws", "gcp"):
            place = getattr(vault, cloud)
            if place is None:
                continue
            held = [
                site
                for site, found in sorted(topology.sites.items())
                if (there := getattr(found, cloud)) is not None and there.region == place.region
            ]
            if held:
                message = f"{name} is in {place.region}, where {held[0]} is: one region takes both"
                yield Finding(path=("vaults", name, cloud, "region"), message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("bank-2010", "art. 7"), cite("aws-rel", "REL09-BP02")),
    fix="put the vault into another region",
    also_in=(
        "Backup Audit Manager BACKUP_RESOURCES_PROTECTED_BY_CROSS_REGION",
        "AWS Config RDS_RESOURCES_PROTECTED_BY_BACKUP_PLAN (crossRegionList)",
    ),
    passes="vaults: {cold-vault: {aws: {region: ap-southeast-2}}}",
    fails="vaults: {cold-vault: {aws: {region: ap-southeast-1}}}",
    find=find,
)
