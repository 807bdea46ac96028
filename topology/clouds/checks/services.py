"""Services: versions and machines that they offer, and databases that they can hold."""

from collections.abc import Iterator

from tricenter.topology.clouds.catalog import Catalog, Service, catalog
from tricenter.topology.placement import Cloud, clouds_of, service_of
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology
from tricenter.topology.wording import listed


def check(topology: Topology, target: str) -> Iterator[Problem]:
    """Yield what the services of the target's clouds do not have."""
    for name in topology.databases:
        if target == "mixed":
            yield from _across(topology, name)
        for cloud in clouds_of(target):
            known = catalog(cloud)
            service = known.services[service_of(topology, name, target)]
            yield from _version(topology, name, known, service)
            yield from _machine(topology, name, cloud, service)
            yield from _sites(topology, name, service)
    yield from _unattended(topology, target)


def _unattended(topology: Topology, target: str) -> Iterator[Problem]:
    """AlloyDB takes another region over when a person says so: nothing here does it by itself."""
    held = [n for n in topology.databases if service_of(topology, n, target) == "alloydb"]
    for scenario, failover in topology.failover.items():
        if held and scenario.partition(":")[0] == "lose-city" and failover.mode == "automatic":
            message = (
                f"no automation fails AlloyDB over to another region ({held[0]}): write `approve`, "
                "and a person runs `tricenter failover`; or use `service: cloud-sql`"
            )
            path = ("failover", scenario)
            yield Problem(path=path, id="nobody-fails-over", message=message)


def _across(topology: Topology, name: str) -> Iterator[Problem]:
    """A managed service that was asked for by name ends at its own cloud."""
    spec = topology.databases[name]
    for cloud, stated in (("aws", spec.aws), ("gcp", spec.gcp)):
        if "service" in stated.model_fields_set and stated.service != "self-managed":
            message = (
                f"a managed database cannot span two clouds: {stated.service} replicates within "
                "its own only, and hands no role to another. On target mixed write `service: "
                "self-managed`, or put every site on one cloud"
            )
            path = ("databases", name, cloud, "service")
            yield Problem(path=path, id="managed-across-clouds", message=message)


def _version(topology: Topology, name: str, known: Catalog, service: Service) -> Iterator[Problem]:
    version = topology.databases[name].version
    if version is None:
        return
    path = ("databases", name, "version")
    major = version.partition(".")[0]
    if major not in service.versions:
        message = (
            f"{service.title} does not offer PostgreSQL {version} (it has "
            f"{listed(service.versions)} in tricenter's catalog of {known.dated})"
        )
        yield Problem(path=path, id="unknown-version", message=message)
    elif "." in version and not service.minor:
        message = f"{service.title} chooses the minor version itself: write '{major}'"
        yield Problem(path=path, id="unknown-version", message=message)


def _machine(topology: Topology, name: str, cloud: Cloud, service: Service) -> Iterator[Problem]:
    spec = topology.databases[name]
    stated = spec.aws.instance if cloud == "aws" else spec.gcp.machine
    if stated is not None and not service.machine.fullmatch(stated):
        key = "instance" if cloud == "aws" else "machine"
        message = f"{service.title} has no size '{stated}': write one such as {service.example}"
        yield Problem(path=("databases", name, cloud, key), id="unknown-machine", message=message)


def _sites(topology: Topology, name: str, service: Service) -> Iterator[Problem]:
    """What a managed service does by itself cannot be asked for otherwise."""
    if service.spans:
        return
    spec = topology.databases[name]
    home = topology.sites[spec.prefer].city
    for site, replica in spec.replicas.items():
        if topology.sites[site].city != home and replica.voter:
            message = (
                f"{service.title} replicates to another region asynchronously, so no commit waits "
                "for this site: remove `voter`, or use `service: self-managed`"
            )
            path = ("databases", name, "replicas", site, "voter")
            yield Problem(path=path, id="no-far-voter", message=message)
