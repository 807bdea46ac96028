"""The voices left after the loss of any one site are a majority."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.runtimes import has_own_voices
from tricenter.policies.rule import Finding, Rule


def find(facts: Facts) -> Iterator[Finding]:
    """Sites whose loss, with all that falls together with them, silences the store."""
    expected = facts.forecast
    if not has_own_voices(facts):
        return
    seen: set[tuple[str, ...]] = set()
    for scenario in expected.scenarios:
        stopped = scenario.kind == "lose-site" and scenario.voices_left < expected.majority
        if not stopped or scenario.target is None or scenario.domain in seen:
            continue
        seen.add(scenario.domain)
        message = (
            f"when {scenario.title}, {scenario.voices_left} of {expected.voices} voices are left "
            f"and {expected.majority} are needed, so nobody leads until a person decides"
        )
        yield Finding(path=("sites", scenario.target), at="key", message=message)


RULE = Rule(
    severity="critical",
    clauses=(cite("practice", "majority of etcd's members", "practice"), cite("patroni")),
    fix="keep sites from sharing a fate, or add two witnesses in places of their own",
    also_in=(
        "AWS Config OPENSEARCH_PRIMARY_NODE_FAULT_TOLERANCE (three nodes of OpenSearch)",
        "ES.7 (three nodes of OpenSearch)",
        "CKV_AWS_318 (three nodes of OpenSearch)",
        "prowler opensearch_service_domains_fault_tolerant_master_nodes (three nodes)",
    ),
    passes="""
sites: {xihu: {facility: {feeds: [xihu-north, binjiang-east]}}}
witnesses: {wuhan: {at: [30.59, 114.31]}, xian: {at: [34.27, 108.95]}}
""",
    fails="sites: {xihu: {facility: {feeds: [xihu-north, binjiang-east]}}}",
    find=find,
)
