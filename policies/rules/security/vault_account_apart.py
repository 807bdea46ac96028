"""A vault on a cloud that holds sites is in an account or project of its own."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.vaults import OWNERS, is_apart
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Vaults that the credentials of the sites can delete, whoever the spec says keeps them."""
    topology = facts.topology
    for name, vault in sorted(topology.vaults.items()):
        for cloud, owner in OWNERS.items():
            place = getattr(vault, cloud)
            if place is not None and not is_apart(topology, vault, cloud):
                message = f"{name} is in the {owner} of the sites, whose credentials can delete it"
                stated = getattr(place, owner) is not None
                at = "value" if stated else "key"
                yield Finding(path=("vaults", name, cloud, owner), at=at, message=message)


RULE = Rule(
    severity="high",
    clauses=(cite("dora", "art. 12(3)"), cite("aws-sec", "SEC01-BP01", "background")),
    fix=(
        "give the vault an account or project of its own, that operators have no rights in (a "
        "managed database of AWS then needs it in the region of a remote site)"
    ),
    also_in=(
        "Backup Audit Manager BACKUP_RESOURCES_PROTECTED_BY_CROSS_ACCOUNT",
        "AWS Config RDS_RESOURCES_PROTECTED_BY_BACKUP_PLAN (crossAccountList)",
    ),
    passes='vaults: {cold-vault: {aws: {region: ap-southeast-2, account: "222222222222"}}}',
    fails="vaults: {cold-vault: {aws: {region: ap-southeast-2}}}",
    find=find,
)
