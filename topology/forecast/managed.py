"""Managed services in the forecast: what their makers say of the time that a recovery takes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tricenter.topology.forecast.model import Term, TermName
from tricenter.topology.forecast.timings import Terms, Timings, terms_of
from tricenter.topology.placement import service_of, stated_place
from tricenter.topology.spec import Topology

Seconds = tuple[float, float, float]
"""At least, as a rule, at most."""
LEAST_STALL = 20.0
"""The least rds.global_db_rpo in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """A service's own recovery, in seconds; `source` says where the numbers are from."""

    detect: Seconds
    promote: Seconds
    far: Seconds
    """Promoting the remote region, once a person has decided."""
    name_ttl: float
    source: str
    far_source: str


RECOVERIES: Mapping[str, Recovery] = {
    # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
    # says "typically less than 60 seconds and often less than 30"; the remote region "minutes",
    # about 8 measured by a user (keycloak/keycloak-benchmark#445). Checked 2026-11-24.
    # What is likely, here and below, is an assumption.
    "aurora": Recovery(
        detect=(10.0, 15.0, 30.0),
        promote=(5.0, 12.0, 40.0),
        far=(200.0, 480.0, 600.0),
        name_ttl=5.0,
        source="Aurora's documentation: typically under 60 s",
        far_source="Aurora's documentation: minutes; about 8 min measured by a user",
    ),
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html
    # says 60 to 120 s for a Multi-AZ failover. Checked 2026-11-24.
    "rds": Recovery(
        detect=(20.0, 30.0, 60.0),
        promote=(25.0, 45.0, 80.0),
        far=(300.0, 480.0, 900.0),
        name_ttl=5.0,
        source="RDS's documentation: typically 60 to 120 s",
        far_source="promotion of a cross-region replica: several minutes, an assumption",
    ),
    # https://cloud.google.com/sql/docs/postgres/high-availability: a heartbeat each second, about
    # 60 s until it is taken for dead, then the start of the standby. Checked 2026-11-24.
    "cloud-sql": Recovery(
        detect=(40.0, 60.0, 90.0),
        promote=(15.0, 30.0, 75.0),
        far=(200.0, 300.0, 600.0),
        name_ttl=0.0,
        source="Cloud SQL's documentation: about 60 s of missed heartbeats, then the start",
        far_source="replica failover of Cloud SQL: minutes, an assumption",
    ),
    # https://cloud.google.com/alloydb/docs/high-availability: within 60 s. Checked 2026-11-24.
    "alloydb": Recovery(
        detect=(10.0, 15.0, 30.0),
        promote=(5.0, 12.0, 40.0),
        far=(200.0, 300.0, 600.0),
        name_ttl=0.0,
        source="AlloyDB's documentation: typically under 60 s",
        far_source="promotion of a secondary cluster: minutes, an assumption",
    ),
}


def recovery_of(topology: Topology, target: str) -> Recovery | None:
    """The slowest recovery of the services of a target; None where all is our own Patroni."""
    found = [
        RECOVERIES[service]
        for name in topology.databases
        if (service := service_of(topology, name, target)) in RECOVERIES
    ]
    return max(found, key=lambda r: r.detect[2] + r.promote[2], default=None)


def stalls_of(topology: Topology, database: str, leader: str, target: str) -> Mapping[str, float]:
    """The lag in seconds that no copy exceeds, by site, because the service holds commits back.

    Aurora alone does, in other regions and from 20 s on. Commits go on while one region keeps up,
    so the limit is of a copy only where there is one other region. Checked 2026-11-30:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
    """
    if service_of(topology, database, target) != "aurora":
        return {}
    regions = {
        site: place[1].region
        for site in (topology.databases[database].prefer, *topology.databases[database].replicas)
        if (place := stated_place(topology, site, target)) is not None
    }
    if len(set(regions.values())) != 2:
        return {}
    stated = {
        site: replica.max_lag
        for site, replica in topology.databases[database].replicas.items()
        if replica.max_lag is not None and replica.on_excess == "stall"
    }
    least = min(stated.values(), default=None)
    if least is None:
        return {}
    far = [site for site, region in regions.items() if region != regions.get(leader)]
    return dict.fromkeys(far, max(least, LEAST_STALL))


def managed_terms(timings: Timings, recovery: Recovery) -> Terms:
    """The terms of a service that decides by itself inside a city, and is told to beyond it."""
    terms = terms_of(timings)
    nothing = Term(name="commit", low=0.0, high=0.0, source="the service's storage has its own")
    ttl = recovery.name_ttl + timings.writer_ttl
    return replace(
        terms,
        lease=_term("detect", recovery.detect, f"the service notices ({recovery.source})"),
        fence=Term(name="fence", low=0.0, high=0.0, source="the service fences the old leader"),
        race=_term("promote", recovery.promote, f"the service promotes ({recovery.source})"),
        shrink=nothing,
        voter_lost=nothing,
        dns=Term(
            name="dns",
            low=0.0,
            high=ttl,
            source=f"our name lives {timings.writer_ttl:g} s, its own {recovery.name_ttl:g} s",
        ),
        by_hand=_term("promote", recovery.far, recovery.far_source),
        appointed=_term("promote", recovery.far, recovery.far_source),
        alone=0.0,
    )


def _term(name: TermName, seconds: Seconds, source: str) -> Term:
    low, likely, high = seconds
    return Term(name=name, low=low, high=high, source=source, likely=likely)
