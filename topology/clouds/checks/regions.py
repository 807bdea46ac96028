"""Regions of Google Cloud that do not offer what a database asks for."""

from collections.abc import Iterator

from tricenter.topology.clouds.catalog import Service, catalog
from tricenter.topology.clouds.gcp_regions import OFFERS, Offer
from tricenter.topology.placement import machine_of, service_of, stated_place
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology

ON = ("gcp",)


def check(topology: Topology, target: str) -> Iterator[Problem]:
    """Yield each site whose region has not the service or the machine of a database there."""
    told = set[str]()
    for name, spec in topology.databases.items():
        service = service_of(topology, name, target)
        if service not in OFFERS:
            continue
        offer, known = OFFERS[service], catalog("gcp").services[service]
        for site in (spec.prefer, *spec.replicas):
            stated = stated_place(topology, site, target)
            machine = machine_of(topology, name, site, target) or known.example
            if stated and site not in told and offer.lacks(stated[1].region, machine):
                told.add(site)
                message = _message(offer, known, name, stated[1].region, machine)
                path = ("sites", site, "gcp", "region")
                yield Problem(path=path, id="not-offered", message=message)


def _message(offer: Offer, known: Service, database: str, region: str, machine: str) -> str:
    """What is not there, by which table, and what can be written instead."""
    on, other = "", ""
    if region in offer.every:
        on, other = f" on {machine}", f", or a machine such as {known.example}"
    return (
        f"{known.title}{on} ({database}) is not offered in {region} (tricenter's table of "
        f"{offer.dated}, {offer.source}): choose another region{other}"
    )
