"""No partner keeps its copies in a site that they insure."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Partners whose copies are lost together with ours."""
    for name, partner in sorted(facts.topology.partners.items()):
        if partner.site is not None:
            message = f"the copies of {name} are in {partner.site}, and lost with it"
            yield Finding(path=("partners", name, "site"), message=message)


RULE = Rule(
    severity="medium",
    clauses=(cite("seed", "last resort", "seed"),),
    fix="choose a partner that keeps its copies in a place of its own",
    passes="partners: {bank-2: {holds: [ledger-a, ledger-b]}}",
    fails="partners: {bank-2: {site: xihu}}",
    find=find,
)
