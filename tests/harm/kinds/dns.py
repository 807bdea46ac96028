"""Public names that answer from fewer places, slower, or not at all."""

from typing import Any

from tests.harm.edit import Fires, Pick, Spec, broken, harmful, home, remote, sites_in


def _record(spec: Spec, pick: Pick) -> tuple[str, dict[str, Any]]:
    label = pick.one(sorted(spec["dns"]["records"]))
    return label, spec["dns"]["records"][label]


def _keep(spec: Spec, record: dict[str, Any], sites: list[str]) -> None:
    """Answers from these sites only, and rules that name only them."""
    record["answers"] = {site: found for site, found in record["answers"].items() if site in sites}
    everyone = {"geo": "*", "order": list(sites)}
    record["rules"] = [everyone]


@harmful("a public name answers from one site")
def _(spec: Spec, pick: Pick) -> Fires:
    label, record = _record(spec, pick)
    _keep(spec, record, [pick.one(sites_in(spec, home(spec)))])
    return {("dns-several-sites", ("dns", "records", label, "answers"))}


@harmful("a public name has one address in all")
def _(spec: Spec, pick: Pick) -> Fires:
    label, record = _record(spec, pick)
    site = pick.one(sites_in(spec, home(spec)))
    _keep(spec, record, [site])
    record["answers"][site] = record["answers"][site][:1]
    return {("dns-several-addresses", ("dns", "records", label, "answers"))}


@harmful("no site of another city answers")
def _(spec: Spec, pick: Pick) -> Fires:
    label, record = _record(spec, pick)
    _keep(spec, record, sites_in(spec, home(spec)))
    return {("dns-remote-answers", ("dns", "records", label, "answers"))}


@harmful("one site answers with one address")
def _(spec: Spec, pick: Pick) -> Fires:
    label, record = _record(spec, pick)
    site = pick.one(sorted(record["answers"]))
    record["answers"][site] = record["answers"][site][:1]
    return {("dns-every-site-two-addresses", ("dns", "records", label, "answers", site))}


@harmful("an order ends in the city where it began")
def _(spec: Spec, pick: Pick) -> Fires:
    label, record = _record(spec, pick)
    index = pick.one(range(len(record["rules"])))
    record["rules"][index]["order"] = [sites_in(spec, home(spec))]
    return {("dns-fallback-order", ("dns", "records", label, "rules", index, "order"))}


@harmful("an order leaves a site of the city out")
def _(spec: Spec, pick: Pick) -> Fires:
    label, record = _record(spec, pick)
    left = pick.one(sites_in(spec, home(spec)))
    for rule in record["rules"]:
        steps = [step if isinstance(step, list) else [step] for step in rule["order"]]
        kept = [[site for site in step if site != left] for step in steps]
        rule["order"] = [step for step in kept if step]
    return {("dns-answers-used", ("dns", "records", label, "answers", left))}


@harmful("what is answered when all are down is not stated")
def _(spec: Spec, pick: Pick) -> Fires:
    label, record = _record(spec, pick)
    del record["when_all_down"]
    return {("dns-answer-when-all-down", ("dns", "records", label))}


@harmful("the TTL of a public name is ten minutes")
def _(spec: Spec, pick: Pick) -> Fires:
    label, record = _record(spec, pick)
    record["ttl"] = "10min"
    return {("dns-ttl-in-rto", ("dns", "records", label, "ttl"))}


@harmful("an address counts as dead after ten minutes", "lab")
def _(spec: Spec, pick: Pick) -> Fires:
    label, record = _record(spec, pick)
    record["check"] |= {"interval": "60s", "failures": 10}
    return {("dns-address-checked-in-time", ("dns", "records", label, "check", "interval"))}


@harmful("the writers' names live for ten minutes")
def _(spec: Spec, pick: Pick) -> Fires:
    spec["dns"]["writer_ttl"] = "10min"
    return {
        ("writer-ttl-in-rto", ("dns", "writer_ttl")),
        *broken(spec, "rto lose-site", "rto isolate", *([] if pick.managed else ["rto lose-city"])),
    }


@harmful("one provider serves the zone", "lab")
def _(spec: Spec, pick: Pick) -> Fires:
    servers = sorted(site for one in spec["dns"]["providers"].values() for site in one["servers"])
    spec["dns"]["providers"] = {"only": {"servers": servers}}
    return {("dns-two-providers", ("dns", "providers"))}


@harmful("all name servers stand in the home city", "lab")
def _(spec: Spec, pick: Pick) -> Fires:
    one, other, *_ = sites_in(spec, home(spec))
    spec["dns"]["providers"] = {"first": {"servers": [one]}, "second": {"servers": [other]}}
    return {
        ("dns-providers-in-two-cities", ("dns", "providers")),
        *broken(spec, "rto lose-city"),
    }


@harmful("one site runs the only name server", "lab")
def _(spec: Spec, pick: Pick) -> Fires:
    spec["dns"]["providers"] = {"only": {"servers": [pick.one(sites_in(spec, home(spec)))]}}
    return {
        ("dns-two-providers", ("dns", "providers")),
        ("dns-check-from-outside", ("dns", "providers")),
        *broken(spec, "rto lose-site", "rto isolate", "rto lose-city"),
    }


@harmful("the zone has no public name")
def _(spec: Spec, pick: Pick) -> Fires:
    spec["dns"].pop("records")
    return {("dns-record-stated", ("dns",))}


@harmful("a rule is for a place where no client is known", "lab")
def _(spec: Spec, pick: Pick) -> Fires:
    label, record = _record(spec, pick)
    everyone = [*sites_in(spec, home(spec)), *remote(spec)]
    record["rules"].insert(0, {"geo": ["BR"], "order": everyone})
    return {("dns-clients-mapped", ("dns", "records", label, "rules", 0, "geo", 0))}


@harmful("a public name answers with an address of no host")
def _(spec: Spec, pick: Pick) -> Fires:
    label, record = _record(spec, pick)
    site = pick.one(sorted(record["answers"]))
    record["answers"][site][1] = pick.one(
        ["127.0.0.1", "224.0.0.1", "169.254.0.1", "255.255.255.255"]
    )
    return {("dns-address-usable", ("dns", "records", label, "answers", site, 1))}
