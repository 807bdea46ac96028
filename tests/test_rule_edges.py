"""Where a rule has a limit: what just keeps it is left alone, the next step beyond it fires."""

import pytest

from tests.rule_examples import judged, spec_text

EDGES = {
    # The example allows 45 s for the loss of a site, and a cache keeps a name for its TTL, once.
    "dns-ttl-in-rto": "dns: {records: {api: {ttl: %s}}}",
    "dns-address-checked-in-time": "dns: {records: {api: {unchecked: [%s]}}}",
    # The other days' backups are made at two in the morning; a day may be two hours longer.
    "backup-daily": "backups: {nightly: {schedule: "
    '{full: "0 %s * * 0", incremental: "0 2 * * 1-6"}}}',
}
KEPT = {
    "dns-ttl-in-rto": ("45s", "46s"),
    # A site that nobody checks is answered for as long as it is dead.
    "dns-address-checked-in-time": ("", "xihu"),
    "backup-daily": ("4", "5"),
}


def fires(rule: str, value: str) -> bool:
    """Whether a rule is violated with a value in its place."""
    found = judged(spec_text(EDGES[rule] % value))
    return any(v.violation.rule.id == rule and v.violation.standing == "violation" for v in found)


@pytest.mark.parametrize("rule", EDGES)
def test_a_limit_is_where_the_rule_says(rule: str) -> None:
    """One step decides."""
    kept, broken = KEPT[rule]
    assert not fires(rule, kept)
    assert fires(rule, broken)
