"""A vault on a cloud is in no region of the sites, or apart in that of a remote one."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.centers import home_city
from tricenter.policies.notions.vaults import OWNERS, is_apart
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Vaults in a region that holds sites, wherever the spec says that they stand.

    Some services copy to another region or to another account, not to both at once. Two copies
    do: the remote site's own, and from there one into another account of the same region. So a
    remote site's region is far enough for a vault that is apart; the home city's never is.
    """
    topology = facts.topology
    home = home_city(topology)
    for name, vault in sorted(topology.vaults.items()):
        for cloud in OWNERS:
            place = getattr(vault, cloud)
            if place is None:
                continue
            held = [
                site
                for site, found in sorted(topology.sites.items())
                if (there := getattr(found, cloud)) is not None and there.region == place.region
            ]
            leading = [site for site in held if topology.sites[site].city == home]
            if leading or (held and not is_apart(topology, vault, cloud)):
                first = (leading or held)[0]
                message = f"{name} is in {place.region}, where {first} is: one region takes both"
                yield Finding(path=("vaults", name, cloud, "region"), message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("bank-2010", "art. 7"), cite("aws-rel", "REL09-BP02")),
    fix=(
        "put the vault into a region without sites, or into that of a remote site under an "
        "account or project of its own"
    ),
    also_in=(
        "Backup Audit Manager BACKUP_RESOURCES_PROTECTED_BY_CROSS_REGION",
        "AWS Config RDS_RESOURCES_PROTECTED_BY_BACKUP_PLAN (crossRegionList)",
    ),
    passes="vaults: {cold-vault: {aws: {region: ap-southeast-2}}}",
    fails="vaults: {cold-vault: {aws: {region: ap-southeast-1}}}",
    find=find,
)
