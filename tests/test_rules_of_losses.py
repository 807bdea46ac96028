"""One harmful edit of the example: exactly the rules that are about it, each at its line."""

import pytest

from tests.rule_examples import judged, spec_text

ASYNC = """
databases:
  ledger-a:
    commit: {mode: async, acks: null}
    replicas: {xihu: {voter: null}, tianfu: {voter: null}}
"""
CASES: dict[str, tuple[str, set[tuple[str, str]]]] = {
    "the remote replica is gone": (
        "databases: {ledger-a: {replicas: {tianfu: null}}}",
        {
            ("replica-per-site", "databases.ledger-a.replicas"),
            ("spare-voter", "databases.ledger-a.replicas"),
            ("rto-kept", "objectives.lose-city.rto"),
            ("claims-borne", "standards.gbt20988"),
        },
    ),
    "the remote votes no more": (
        "databases: {ledger-a: {replicas: {tianfu: {voter: null}}}}",
        {("spare-voter", "databases.ledger-a.replicas")},
    ),
    "the neighbour votes no more": (
        "databases: {ledger-a: {replicas: {xihu: {voter: null}}}}",
        {
            ("spare-voter", "databases.ledger-a.replicas"),
            ("sync-latency", "databases.ledger-a.commit.acks"),
        },
    ),
    "commits wait for nobody": (
        ASYNC,
        {
            ("no-two-writers", "databases.ledger-a.commit.mode"),
            ("rpo-zero-needs-sync", "databases.ledger-a.commit.mode"),
            ("rpo-kept", "objectives.lose-site.rpo"),
            ("rpo-kept", "objectives.isolate.rpo"),
        },
    ),
    "one feed for two sites": (
        "sites: {xihu: {facility: {feeds: [xihu-north, binjiang-east]}}}",
        {
            ("distinct-failure-domains", "sites.xihu.facility.feeds[1]"),
            ("quorum-survives-site", "sites.binjiang"),
            ("automatic-possible", "failover.lose-site"),
            ("rpo-kept", "objectives.lose-site.rpo"),
            ("rto-kept", "objectives.lose-site.rto"),
        },
    ),
    "a small neighbour": (
        "sites: {xihu: {capacity: {tps: 4000}}}",
        {("each-center-carries-all", "sites.xihu.capacity.tps")},
    ),
    "a small remote": (
        "sites: {tianfu: {capacity: {connections: 700}}}",
        {("remote-carries-all", "sites.tianfu.capacity.connections")},
    ),
    "a person for a site": (
        "failover: {lose-site: {mode: approve, decide: 5s}}",
        {("approval-possible", "failover.lose-site.mode")},
    ),
    "nobody decides on everything": (
        "failover: {lose-all: null}",
        {("failover-stated", "failover")},
    ),
    "no time to decide": (
        "failover: {lose-city: {decide: null}}",
        {
            ("failover-approved-across-cities", "failover.lose-city"),
            ("rto-kept", "objectives.lose-city.rto"),
            ("claims-borne", "standards.gbt20988"),
        },
    ),
    "a slow line in the city": (
        "links: [{between: [binjiang, xihu], rtt: 15ms}, {between: [binjiang, tianfu], rtt: 30ms},"
        " {between: [xihu, tianfu], rtt: 30ms}]",
        {("city-latency", "links[0].rtt")},
    ),
    "one site leads": (
        "databases: {ledger-b: {prefer: binjiang, replicas: {binjiang: null,"
        " xihu: {voter: true}}}}",
        {("two-centers-in-one-city", "sites.xihu")},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_one_edit(case: str) -> None:
    """Nothing more is said than what the edit broke, and nothing less."""
    piece, expected = CASES[case]
    found = [v for v in judged(spec_text(piece)) if v.violation.standing == "violation"]
    assert {(v.violation.rule.id, v.path) for v in found} == expected
    assert len(found) == len(expected), "said twice"


def test_the_missing_copy_is_at_the_key_of_the_replicas() -> None:
    """The line that a pull request shows is the one of the mapping that lost the site."""
    text = spec_text("databases: {ledger-a: {replicas: {tianfu: null}}}")
    (found,) = (v for v in judged(text) if v.violation.rule.id == "replica-per-site")
    assert text.splitlines()[found.position.line - 1] == "    replicas:"
