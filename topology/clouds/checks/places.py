"""Places: a known region and zone for every site, and the sites of a city where they belong."""

from collections import Counter
from collections.abc import Iterator

from tricenter.topology.aws_names import partition_of
from tricenter.topology.clouds.catalog import catalog
from tricenter.topology.errors import Path
from tricenter.topology.placement import SUBNET_BITS, clouds_of, service_of, stated_place
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology
from tricenter.topology.wording import suggest, suggest_or_list

SITES_OF_A_REGION = 2**SUBNET_BITS
WORDS = {"aws": "`aws: {region: ..., zone: ...}`", "gcp": "`gcp: {region: ..., zone: ...}`"}


def check(topology: Topology, target: str) -> Iterator[Problem]:
    """Yield what is wrong about where sites stand on the target's clouds."""
    for kind, names in (("sites", topology.sites), ("witnesses", topology.witnesses)):
        for name in names:
            yield from _place(topology, target, (kind, name), name)
    yield from _partitions(topology, target)
    yield from _shared(topology, target)
    yield from _cities(topology, target)
    yield from _networks(topology, target)
    yield from _crowded(topology, target)


def _place(topology: Topology, target: str, path: Path, name: str) -> Iterator[Problem]:
    clouds = clouds_of(target)
    found = topology.sites.get(name) or topology.witnesses[name]
    stated = stated_place(topology, name, target)
    if stated is None:
        wanted = " or ".join(WORDS[cloud] for cloud in clouds)
        message = f"it has no place on target {target}: add {wanted}"
        yield Problem(path=path, id="no-place", message=message, at="key")
        return
    if len(clouds) > 1 and found.aws is not None and found.gcp is not None:
        message = "on target mixed a site is on one cloud: keep `aws` or `gcp`, not both"
        yield Problem(path=(*path, "gcp"), id="conflict", message=message, at="key")
    cloud, place = stated
    known = catalog(cloud)
    where = (*path, cloud)
    if place.region not in known.zones:
        near = suggest(place.region, known.zones)
        message = f"{known.title} has no region '{place.region}'{near}"
        yield Problem(path=(*where, "region"), id="unknown-region", message=message)
        return
    zones = known.zones[place.region]
    if place.zone is None:
        message = f"a site needs a zone: add `zone`, such as {zones[0]}"
        yield Problem(path=where, id="no-zone", message=message, at="key")
    elif place.zone not in zones:
        near = suggest_or_list(place.zone, zones, "zones")
        message = f"region {place.region} of {known.title} has no zone '{place.zone}'{near}"
        yield Problem(path=(*where, "zone"), id="unknown-zone", message=message)


def _partitions(topology: Topology, target: str) -> Iterator[Problem]:
    """Accounts, networks and copies of AWS end at their partition."""
    first: tuple[str, str] | None = None
    for kind, names in (("sites", topology.sites), ("witnesses", topology.witnesses)):
        for name in names:
            stated = stated_place(topology, name, target)
            if stated is None or stated[0] != "aws":
                continue
            partition = partition_of(stated[1].region)
            first = first or (name, partition)
            if partition != first[1]:
                message = (
                    f"{stated[1].region} is in the partition {partition} of AWS, and '{first[0]}' "
                    f"in {first[1]}: no account, network or copy reaches from one to the other"
                )
                path = (kind, name, "aws", "region")
                yield Problem(path=path, id="another-partition", message=message)


def _shared(topology: Topology, target: str) -> Iterator[Problem]:
    """Two sites in one zone are one failure domain, whatever the spec calls them."""
    seen: dict[tuple[str, str], str] = {}
    for name in topology.sites:
        stated = stated_place(topology, name, target)
        if stated is None or stated[1].zone is None:
            continue
        first = seen.setdefault((stated[0], stated[1].zone), name)
        if first != name:
            message = f"{stated[1].zone} is the zone of '{first}' already: two sites need two zones"
            path = ("sites", name, stated[0], "zone")
            yield Problem(path=path, id="shared-zone", message=message)


def _cities(topology: Topology, target: str) -> Iterator[Problem]:
    """Managed databases keep a city's sites in step inside one region only."""
    managed = [
        (name, service)
        for name in topology.databases
        if (service := service_of(topology, name, target)) != "self-managed"
    ]
    if not managed:
        return
    database, service = managed[0]
    first: dict[str, tuple[str, str]] = {}
    for name, site in topology.sites.items():
        stated = stated_place(topology, name, target)
        if stated is None or service not in catalog(stated[0]).services:
            continue
        region = stated[1].region
        other, home = first.setdefault(site.city, (name, region))
        if home != region:
            title = catalog(stated[0]).services[service].title
            message = (
                f"'{other}' of the same city is in {home}, and {title} ({database}) keeps two "
                "sites of a city in step within one region only: use one region, or "
                f"`{stated[0]}: {{service: self-managed}}`"
            )
            yield Problem(
                path=("sites", name, stated[0], "region"), id="city-across-regions", message=message
            )


def _crowded(topology: Topology, target: str) -> Iterator[Problem]:
    """A region's network has a subnet for each of sixteen sites."""
    counted: Counter[tuple[str, str]] = Counter()
    for kind, names in (("sites", topology.sites), ("witnesses", topology.witnesses)):
        for name in names:
            stated = stated_place(topology, name, target)
            if stated is None:
                continue
            region = (stated[0], stated[1].region)
            counted[region] += 1
            if counted[region] > SITES_OF_A_REGION:
                message = f"region {region[1]} has {SITES_OF_A_REGION} sites already: use another"
                path = (kind, name, stated[0], "region")
                yield Problem(path=path, id="region-full", message=message)


def _networks(topology: Topology, target: str) -> Iterator[Problem]:
    """One address plan a region, none twice."""
    plans: dict[str, tuple[str, str]] = {}
    regions: dict[tuple[str, str], str] = {}
    for name in (*topology.sites, *topology.witnesses):
        stated = stated_place(topology, name, target)
        if stated is None or stated[1].network is None:
            continue
        cloud, place = stated
        kind = "sites" if name in topology.sites else "witnesses"
        path = (kind, name, cloud, "network")
        network = str(place.network)
        if regions.setdefault((cloud, place.region), network) != network:
            other = regions[cloud, place.region]
            message = f"region {place.region} has the network {other} already: one a region"
            yield Problem(path=path, id="conflict", message=message)
        elif plans.setdefault(network, (cloud, place.region)) != (cloud, place.region):
            message = f"{network} is the network of {plans[network][1]} already: they are joined"
            yield Problem(path=path, id="conflict", message=message)
