"""What rules about DNS ask: who serves the zone, what a name answers, how a loss is noticed."""

from dataclasses import dataclass

from tricenter.policies.facts import Facts
from tricenter.topology.placement import clouds_of
from tricenter.topology.spec import Topology
from tricenter.topology.spec_dns import Check
from tricenter.topology.zone import answers, cloud_services, server_sites

SERVICE_OF = {"aws": "route53", "gcp": "cloud-dns"}
ROUTE53_TIMEOUT = 10.0
"""Seconds in which a health checker of Route 53 must be able to connect, checked 2026-11-25:
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticing:
    """How an address is found dead: checks every `interval` seconds, `failures` in a row, and the
    last of them gives up after `timeout` seconds."""

    interval: float
    failures: int
    timeout: float

    @property
    def longest(self) -> float:
        """Seconds from a loss just after a check until the address is left out of answers."""
        return self.interval * self.failures + self.timeout


def services_of(facts: Facts) -> tuple[str, ...]:
    """The cloud services that serve the zone on the target; none on the lab.

    A service that the spec names and the target has no credentials for serves nothing.
    """
    own = {SERVICE_OF[cloud] for cloud in clouds_of(facts.target)}
    return tuple(s for s in cloud_services(facts.topology, facts.target) if s in own)


def providers_of(facts: Facts) -> tuple[str, ...]:
    """Who serves the zone on the target: cloud services, or providers that run name servers."""
    return services_of(facts) or tuple(name for name, _ in server_sites(facts.topology))


def servers_of(facts: Facts) -> tuple[str, ...]:
    """The sites that run name servers; none where cloud services serve the zone."""
    if services_of(facts):
        return ()
    return tuple(sorted({site for _, sites in server_sites(facts.topology) for site in sites}))


def answering_sites(topology: Topology, label: str) -> tuple[str, ...]:
    """The sites that have addresses in a record, by name."""
    return tuple(sorted(answers(topology, label)))


def answering_cities(topology: Topology, label: str) -> tuple[str, ...]:
    """The cities of the sites that have addresses in a record, by name."""
    return tuple(sorted({topology.sites[s].city for s in answering_sites(topology, label)}))


def noticing(facts: Facts, check: Check) -> Noticing:
    """The slowest of those who check the addresses: what is stated, within what services offer."""
    found = [_noticing(service, check) for service in services_of(facts)]
    stated = Noticing(interval=check.interval, failures=check.failures, timeout=check.timeout)
    return max(found, key=lambda n: n.longest, default=stated)


def _noticing(service: str, check: Check) -> Noticing:
    # Here, since a start without clouds needs none of their tables of regions.
    from tricenter.topology.dns import clouddns, route53

    if service == "route53":
        fast = check.interval < route53.STANDARD
        return Noticing(
            interval=route53.FAST if fast else route53.STANDARD,
            failures=min(check.failures, route53.MOST_FAILURES),
            timeout=ROUTE53_TIMEOUT,
        )
    interval = max(check.interval, clouddns.SHORTEST_INTERVAL)
    return Noticing(
        interval=min(interval, clouddns.LONGEST_INTERVAL),
        failures=min(check.failures, clouddns.MOST_FAILURES),
        timeout=check.timeout,
    )


def site_rto(topology: Topology) -> float | None:
    """The shortest recovery time, in seconds, that is promised for the loss of a site, if any."""
    found = [
        objective.rto
        for scenario, objective in topology.objectives.items()
        if scenario.partition(":")[0] == "lose-site"
    ]
    return min(found, default=None)
