"""Aurora and RDS: minor versions that they offer, and classes that they have in each region."""

from collections.abc import Iterator

from tricenter.topology.clouds.rds_offers import ENGINES, offer_of
from tricenter.topology.placement import service_of, stated_place
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology

ON = ("aws",)
BURSTABLE = "db.t"
SERVERLESS = "db.serverless"


def check(topology: Topology, target: str) -> Iterator[Problem]:
    """Yield the versions and classes that RDS would refuse."""
    for name in topology.databases:
        service = service_of(topology, name, target)
        if service in ENGINES:
            yield from _version(topology, name, service)
            yield from _class(topology, name, service)


def _version(topology: Topology, name: str, service: str) -> Iterator[Problem]:
    version, offer = topology.databases[name].version, offer_of(ENGINES[service])
    if version is None or "." not in version or version in offer.offered:
        return
    alike = [one for one in offer.offered if one.startswith(f"{version.partition('.')[0]}.")]
    if not alike:
        return  # another check knows the major versions
    has = f"it has {', '.join(alike)} in tricenter's table of {offer.dated}"
    path = ("databases", name, "version")
    if version in offer.retired:
        message = f"AWS makes nothing new of PostgreSQL {version} with {service} any more ({has})"
        yield Problem(path=path, id="retired-version", message=message)
    else:
        message = f"{service} does not offer PostgreSQL {version} ({has})"
        yield Problem(path=path, id="unknown-version", message=message)


def _class(topology: Topology, name: str, service: str) -> Iterator[Problem]:
    spec, offer = topology.databases[name], offer_of(ENGINES[service])
    wanted = spec.aws.instance
    if wanted is None:
        return
    sites = [spec.prefer, *spec.replicas]
    regions = sorted(
        {found[1].region for s in sites if (found := stated_place(topology, s, "aws"))}
    )
    path = ("databases", name, "aws", "instance")
    if wanted == SERVERLESS:
        message = "it needs limits of its scaling, which a spec does not state: write a class"
        yield Problem(path=path, id="unknown-machine", message=message)
    elif service == "aurora" and len(regions) > 1 and wanted.startswith(BURSTABLE):
        # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.configuration-requirements.html
        # (checked 2026-11-30)
        message = (
            f"a global database ({' and '.join(regions)}) takes no burstable class such as "
            f"'{wanted}': write one such as db.r6g.large"
        )
        yield Problem(path=path, id="unknown-machine", message=message)
    else:
        lacking = [r for r in regions if r in offer.classes and wanted not in offer.classes[r]]
        if lacking:
            message = (
                f"{service} has no '{wanted}' in {' and '.join(lacking)} (tricenter's table of "
                f"{offer.dated}): choose a class that all regions of the database have"
            )
            yield Problem(path=path, id="unknown-machine", message=message)
