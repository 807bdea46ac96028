"""Each site answers a public name with at least two addresses."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.public_names import answering_sites
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.errors import Path
from tricenter.topology.zone import answers


def find(facts: Facts) -> Iterator[Finding]:
    """Sites that one dead front door takes off the name, although they run."""
    topology = facts.topology
    for label in sorted(topology.dns.records):
        record, sites = topology.dns.records[label], answering_sites(topology, label)
        if len(sites) < 2:
            continue  # The rules dns-several-addresses and dns-several-sites speak.
        if not record.answers:
            if len(answers(topology, label)[sites[0]]) < 2:
                message = f"one address a site: {label} loses a site with its one front door"
                yield Finding(path=("dns", "records", label, "allocate"), message=message)
            continue
        for site in sites:
            if len(record.answers[site]) < 2:
                path: Path = ("dns", "records", label, "answers", site)
                message = f"{site} has one address for {label}, so one front door takes it away"
                yield Finding(path=path, message=message)


RULE = Rule(
    severity="medium",
    clauses=(cite("seed", "DNS: several addresses", "seed"), cite("practice")),
    fix="give the site a second address, of another front door",
    passes="dns: {records: {api: {answers: {xihu: [203.0.113.23, 203.0.113.24]}}}}",
    fails="dns: {records: {api: {answers: {xihu: [203.0.113.21]}}}}",
    find=find,
)
