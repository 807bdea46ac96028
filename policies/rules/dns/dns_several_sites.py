"""Each public name answers with addresses of at least two sites."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.public_names import answering_sites
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.zone import answers


def find(facts: Facts) -> Iterator[Finding]:
    """Names whose several addresses all die with one site."""
    topology = facts.topology
    for label in sorted(topology.dns.records):
        sites = answering_sites(topology, label)
        # A name with one address is the rule's dns-several-addresses.
        if len(sites) == 1 and len(answers(topology, label)[sites[0]]) > 1:
            message = (
                f"every address of {label} is in {sites[0]}, so {label} is lost with that site"
            )
            path = ("dns", "records", label, "answers")
            yield Finding(path=path, at="key", message=message)


RULE = Rule(
    severity="critical",
    clauses=(cite("seed", "DNS", "seed"),),
    fix="add addresses of the other sites to `answers`",
    passes="dns: {records: {api: {rules: null}}}",
    fails="dns: {records: {api: {answers: {xihu: null, tianfu: null}, rules: null}}}",
    find=find,
)
