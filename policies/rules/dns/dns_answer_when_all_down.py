"""Each public name states what it answers when every address is down."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Names for which nobody has decided it."""
    for label, record in sorted(facts.topology.dns.records.items()):
        if not record.last_resort and "when_all_down" not in record.model_fields_set:
            message = f"{label} does not state what it answers when every check of it fails"
            path = ("dns", "records", label, "when_all_down")
            yield Finding(path=path, at="key", message=message)


RULE = Rule(
    severity="medium",
    clauses=(cite("practice"),),
    fix="write `when_all_down: serve-all` (checks may err) or `serve-none` (send nobody there)",
    passes="dns: {records: {api: {when_all_down: serve-none}}}",
    fails="dns: {records: {api: {when_all_down: null}}}",
    find=find,
)
