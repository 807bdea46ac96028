"""Where Cloud DNS answers otherwise than the spec asks."""

from collections.abc import Iterator
from dataclasses import replace

from tricenter.topology.dns.clouddns import (
    by_weight,
    check_interval,
    choices,
    failure_threshold,
    ranks,
    rules_served,
)
from tricenter.topology.dns.continents import CONTINENT, continent_geo
from tricenter.topology.dns.difference import Change, Difference, Edit, Healthy, Place, Served
from tricenter.topology.dns.family import (
    Answer,
    Answers,
    Family,
    addresses_of,
    families_of,
    of_family,
)
from tricenter.topology.dns.geography import countries_in_continents, geography
from tricenter.topology.dns.regions import COUNTRIES_NEAR, continent_of_region, regions_of
from tricenter.topology.plan import PlannedPool, PlannedRecord
from tricenter.topology.steering import pool_for

SENTENCES = {
    "apex-one-rule": "The zone's own name cannot be a CNAME, so Cloud DNS serves it to all clients "
    "by everyone's rule.",
    "nearest-region": "Cloud DNS places every client in the nearest Google Cloud region, not in a "
    "country: countries near one region get one rule, and clients whose country is unknown may get "
    "any.",
    "weights-ignored": "A policy is either weighted or ordered: where a rule has more than one "
    "step, or a weight of 0, the healthy addresses of a step are answered together.",
    "backups-together": "Behind the first step there is one backup: the healthy sites of all later "
    "steps are answered together.",
    "serve-none-unavailable": "Cloud DNS cannot answer nothing: with all down it answers all "
    "addresses of the rule.",
    "weighted-all-down": "With all down, a weighted policy answers one of its choices, not all "
    "(assumed; Google does not document it).",
    "detection": "Cloud DNS checks every 30 s to 300 s from three regions, with at most ten "
    "failures in a row.",
}


def clouddns_differences(label: str, record: PlannedRecord) -> tuple[Difference, ...]:
    """Those of one record, in the order in which they change its answers."""
    found = [] if len(rules_served(label, record)) == 1 else geography("cloud-dns", record)
    return (
        *found,
        *_apex(label, record),
        *_orders(label, record),
        *_places(label, record),
        *_detection(record),
    )


def _difference(
    record: PlannedRecord,
    name: str,
    *,
    edit: Edit | None = None,
    change: Change | None = None,
    more: str = "",
) -> Difference:
    return Difference(
        id=name,
        service="cloud-dns",
        record=record.name,
        sentence=SENTENCES[name] + more,
        edit=edit,
        change=change,
    )


def _apex(label: str, record: PlannedRecord) -> Iterator[Difference]:
    if rules_served(label, record) != record.pools:
        yield _difference(record, "apex-one-rule", edit=lambda r, _: _one_rule(r))


def _places(label: str, record: PlannedRecord) -> Iterator[Difference]:
    """Of which rule a client gets the answers; it is about places, so it comes after the rules."""
    if len(rules_served(label, record)) > 1:
        elsewhere = _elsewhere(record)
        named = ", ".join(elsewhere[:8]) + (", ..." if len(elsewhere) > 8 else "")
        more = f" Here {len(elsewhere)} countries get another rule than theirs: {named}."
        yield _difference(
            record, "nearest-region", change=_nearest_region, more=more if elsewhere else ""
        )


def _orders(label: str, record: PlannedRecord) -> Iterator[Difference]:
    """What of a rule is answered while some of it is down."""
    parts = [of_family(record, family) for family in families_of(record)]
    pools = [(part, pool) for part in parts for pool in rules_served(label, part)]
    ordered = [ranks(part, pool) for part, pool in pools if not by_weight(part, pool)]
    each = bool(record.address_weights) and bool(ordered)
    if each or (record.weights and any(len(rank) > 1 for found in ordered for rank in found)):
        yield _difference(record, "weights-ignored", edit=_without_weights)
    if any(len(found) > 2 for found in ordered):
        yield _difference(record, "backups-together", edit=_backups_together)
    if record.when_all_down == "serve-none":
        yield _difference(
            record,
            "serve-none-unavailable",
            edit=lambda r, _: replace(r, when_all_down="serve-all"),
        )
    if any(by_weight(part, pool) for part, pool in pools):
        apex = rules_served(label, record) != record.pools

        def one_site(_: Family, part: PlannedRecord, served: Served) -> Served:
            return _weighted_all_down(_one_rule(part) if apex else part, served)

        yield _difference(record, "weighted-all-down", change=one_site)


def _detection(record: PlannedRecord) -> Iterator[Difference]:
    interval, failures = check_interval(record), failure_threshold(record)
    if interval != record.check_interval or failures != record.check_failures:
        more = (
            f" Here: {failures} failures in a row, one check every {interval} s, "
            f"not {record.check_failures} every {record.check_interval:g} s."
        )
        yield _difference(record, "detection", more=more)


def _one_rule(record: PlannedRecord) -> PlannedRecord:
    """The record with everyone's rule alone."""
    everyone = pool_for(record, None) or record.pools[0]
    return replace(record, pools=(replace(everyone, geos=("*",)),))


def _rule_place(record: PlannedRecord, region: str) -> Place:
    """A place whose rule serves a region: a country near it, its continent, else everyone."""
    geos = [geo for pool in record.pools for geo in pool.geos]
    near = [geo for geo in geos if geo in COUNTRIES_NEAR[region]]
    continent = continent_geo(continent_of_region(region))
    return near[0] if near else continent if continent in geos else None


def _elsewhere(record: PlannedRecord) -> tuple[str, ...]:
    """The countries whose clients get, or may get, another rule than theirs."""
    wanted = countries_in_continents(record)
    return tuple(
        country
        for country in sorted(CONTINENT)
        if {pool_for(record, _rule_place(record, r)) for r in regions_of(country)}
        != {_original(record, pool_for(wanted, country))}
    )


def _original(record: PlannedRecord, pool: PlannedPool | None) -> PlannedPool | None:
    """The record's own rule that another pool was made of: they differ in their places alone."""
    return next((p for p in record.pools if pool and p.geos == pool.geos[: len(p.geos)]), None)


def _nearest_region(_family: Family, record: PlannedRecord, served: Served) -> Served:
    """Clients get the rule of each region that they may be placed in."""

    def by_region(place: Place, up: Healthy) -> Answers:
        places = {_rule_place(record, region) for region in regions_of(place)}
        return frozenset(answer for where in places for answer in served(where, up))

    return by_region


def _without_weights(record: PlannedRecord, place: Place) -> PlannedRecord:
    """The rule of a place with weights of 0 as further steps, where it cannot be weighted."""
    pool = pool_for(record, place)
    if pool is None or by_weight(record, pool):
        return record
    return replace(_with_steps(record, pool, ranks(record, pool)), weights=(), address_weights=())


def _backups_together(record: PlannedRecord, place: Place) -> PlannedRecord:
    """The rule of a place with all its later steps as one."""
    pool = pool_for(record, place)
    if pool is None or by_weight(record, pool) or len(ranks(record, pool)) < 3:
        return record
    first, *others = ranks(record, pool)
    later = tuple(site for rank in others for site in rank)
    return replace(_with_steps(record, pool, (first, later)), weights=(), address_weights=())


def _with_steps(
    record: PlannedRecord, pool: PlannedPool, steps: tuple[tuple[str, ...], ...]
) -> PlannedRecord:
    changed = replace(pool, steps=steps)
    return replace(record, pools=tuple(changed if p is pool else p for p in record.pools))


def _weighted_all_down(record: PlannedRecord, served: Served) -> Served:
    """A weighted rule with nothing up answers with one of its sites or addresses."""

    def one_site(place: Place, up: Healthy) -> Answers:
        pool = pool_for(record, place)
        if pool is None or not by_weight(record, pool):
            return served(place, up)
        if not {*up, *record.unchecked}.isdisjoint(addresses_of(record, pool.steps[0])):
            return served(place, up)
        return frozenset(Answer.of(*one) for _, one in choices(record, pool.steps[0]))

    return one_site
