"""Vaults: a place on the target for every one that backups name, where their copies can go."""

from collections.abc import Iterator

from tricenter.topology.clouds.catalog import catalog
from tricenter.topology.clouds.vault_copies import reached_from
from tricenter.topology.placement import clouds_of, place_vaults, service_of, stated_place
from tricenter.topology.plan import PlannedPlace
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology
from tricenter.topology.wording import suggest

WORDS = {"aws": "`aws: {region: ...}`", "gcp": "`gcp: {region: ...}`"}


def check(topology: Topology, target: str) -> Iterator[Problem]:
    """Yield the vaults that would stay empty on the target, though a forecast counts on them."""
    places = place_vaults(topology, target)
    for name in sorted({one for backup in topology.backups.values() for one in backup.copies}):
        if name not in topology.vaults:
            continue
        place = places.get(name)
        if place is None:
            wanted = " or ".join(WORDS[cloud] for cloud in clouds_of(target))
            message = (
                f"backups are copied to it, and it has no place on target {target}: add {wanted}"
            )
            yield Problem(path=("vaults", name), id="no-place", message=message, at="key")
        elif place.region not in (known := catalog(place.cloud)).zones:
            near = suggest(place.region, known.zones)
            message = f"{known.title} has no region '{place.region}'{near}"
            path = ("vaults", name, place.cloud, "region")
            yield Problem(path=path, id="unknown-region", message=message)
        elif target == "aws":
            yield from _apart(topology, name, place)
        elif target == "mixed":
            yield from _across(topology, name, place)


def _apart(topology: Topology, name: str, place: PlannedPlace) -> Iterator[Problem]:
    """Where a copy of RDS or Aurora goes to another region or account, not to both at once, the
    vault of another account is in a region of the sites, whose own backups are copied over."""
    managed = [
        database
        for backup in topology.backups.values()
        if name in backup.copies
        for database in backup.of
        if service_of(topology, database, "aws") != "self-managed"
    ]
    regions = {
        found[1].region: site.city
        for name, site in topology.sites.items()
        if (found := stated_place(topology, name, "aws"))
    }
    if managed and regions and not reached_from(place, regions):
        led = {topology.sites[database.prefer].city for database in topology.databases.values()}
        remote = [region for region, city in regions.items() if city not in led]
        message = (
            f"in this partition AWS Backup copies no snapshot of Aurora or RDS ({managed[0]}) to "
            f"another account and another region at once, so nothing reaches {place.region}: "
            f"choose {' or '.join(sorted(remote or regions))}, where sites are, or leave out "
            "`account`"
        )
        yield Problem(path=("vaults", name, "aws", "region"), id="unreachable", message=message)


def _across(topology: Topology, name: str, place: PlannedPlace) -> Iterator[Problem]:
    """Google's transfer service reads from AWS; none carries a repository the other way."""
    for backup in topology.backups.values():
        repository = next((copy for copy in backup.copies if copy in topology.sites), None)
        if name not in backup.copies or repository is None or place.cloud != "aws":
            continue
        there = stated_place(topology, repository, "mixed")
        if there is not None and there[0] == "gcp":
            message = (
                f"the repository of its copies is on Google Cloud ({repository}), from where no "
                "service copies to AWS: give the vault a place as `gcp` alone, or put a site on "
                "AWS first in `copies`"
            )
            path = ("vaults", name, "aws")
            yield Problem(path=path, id="unreachable", message=message, at="key")
            return
