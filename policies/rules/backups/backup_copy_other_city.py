"""Every backup has a copy outside the home city."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.centers import home_city
from tricenter.policies.notions.places import is_placed
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.links import city_around
from tricenter.topology.placement import service_of
from tricenter.topology.shipments import outlives_the_leaders_region
from tricenter.topology.spec import Topology
from tricenter.topology.spec_backups import Backup


def find(facts: Facts) -> Iterator[Finding]:
    """Backups that are lost with the city of the data; unknown where a vault does not say where it
    stands."""
    topology = facts.topology
    home = home_city(topology)
    for name, backup in sorted(facts.topology.backups.items()):
        places = [*_cities(topology, backup, facts.target)]
        if any(city != home for city, known in places if known):
            continue
        message = f"every copy of {name} is in {home}, or of no use without it"
        if all(known for _, known in places):
            yield Finding(path=("backups", name, "copies"), at="key", message=message)
        else:
            message = f"{name} has a copy outside {home} only if its vault stands outside"
            path = ("backups", name, "copies")
            yield Finding(path=path, at="key", message=message, verdict="unknown")


def _cities(topology: Topology, backup: Backup, target: str) -> Iterator[tuple[str | None, bool]]:
    """The city of each copy (None: in none), and whether it is known.

    A copy that only a key at home opens, or that the target does not make, is at home for all use.
    """
    services = {service_of(topology, database, target) for database in backup.of}
    for place in backup.copies:
        cold = place in topology.vaults
        if not all(outlives_the_leaders_region(one, vault=cold) for one in services):
            yield home_city(topology), True
        elif place in topology.sites:
            yield topology.sites[place].city, True
        else:
            vault = topology.vaults[place]
            yield city_around(topology, vault), is_placed(vault)


RULE = Rule(
    severity="critical",
    clauses=(cite("bank-2010", "art. 7"), cite("nist-800-53", "CP-6")),
    fix="copy it to a site of another city, or to a vault far away",
    also_in=(
        "Backup Audit Manager BACKUP_RESOURCES_PROTECTED_BY_CROSS_REGION",
        "AWS Config RDS_RESOURCES_PROTECTED_BY_BACKUP_PLAN (crossRegionList)",
        "S3.7 (buckets)",
        "CKV_AZURE_102 (PostgreSQL of Azure)",
        "CKV_AZURE_136 (PostgreSQL of Azure)",
        "prowler postgresql_flexible_server_geo_redundant_backup_enabled",
        "APRL 31f4ac4b (PostgreSQL of Azure)",
        "APRL 1549b91f (vaults of Azure)",
        "APRL 41f0d88e (SAP; by hand)",
    ),
    passes="backups: {nightly: {copies: [xihu, cold-vault]}}",
    fails=(
        "{backups: {nightly: {copies: [xihu, cold-vault]}}, vaults: {cold-vault: {at: null, "
        "city: hangzhou}}}"
    ),
    find=find,
)
