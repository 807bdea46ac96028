"""`tricenter diff`: every value that changes is told, and first the promises that get weaker."""

import json

import pytest

from tests.report_cases import compared, edited, example, waiver
from tricenter.policies.diff.promises import PROMISES, trend_of
from tricenter.policies.report import diff_json, diff_markdown, diff_text

ONLY = ("replica-per-site", "remote-distance")
SITE = "  lose-site: {rpo: 0s, rto: 45s}"
WEAKER = [
    (SITE, "  lose-site: {rpo: 29min, rto: 45s}", "objectives.lose-site.rpo", "0s -> 29min"),
    (SITE, "  lose-site: {rpo: 0s, rto: 239min}", "objectives.lose-site.rto", "45s -> 239min"),
    ("rto: 8h}", "rto: 100d}", "objectives.lose-all.rto", "8h -> 100d"),
    ("  isolate: {rpo: 0s, rto: 45s}\n", "", "objectives.isolate", "rpo 0s, rto 45s -> -"),
    ("lose-site: automatic", "lose-site: approve", "failover.lose-site.mode", "automatic -> app"),
    ("decide: 10min", "decide: 5h", "failover.lose-city.decide", "10min -> 5h"),
    ("hazards: [typhoon]", "hazards: []", "cities.hangzhou.hazards", "[typhoon] -> []"),
    ("gb50174: A", "gb50174: B", "standards.gb50174", "A -> B"),
    (", gbt20988: 5", "", "standards.gbt20988", "5 -> -"),
    ("lose-site: 1y", "lose-site: 2y", "drills.max_age.lose-site", "1y -> 2y"),
    ("zones: 3", "zones: 2", "sites.tianfu.facility.security.zones", "3 -> 2"),
    ("      generator_start: 1min\n      cooling: N+1", "      cooling: N+1",
     "sites.tianfu.facility.generator_start", "1min -> -"),
    ("parking: 50", "parking: 20", "sites.tianfu.facility.distances.parking", "50 -> 20"),
    ("check: {tcp: 443}", "check: {tcp: 443}\n      unchecked: [tianfu]",
     "dns.records.api.unchecked", "-> [tianfu]"),
    ('"0 14 * * *"', '"0 14 * * 1-2"', "backups.nightly.schedule.incremental", "* * * -> 0 14 "),
    ("ship: 15min", "ship: 20min", "backups.nightly.log.ship", "15min -> 20min"),
    ("restore_test: weekly", "restore_test: monthly", "backups.nightly.restore_test", "weekly -> "),
    (", account: custodian", "", "vaults.cold-vault.account", "custodian -> -"),
    ("at: [31.23, 121.47], stream: true", "at: [31.23, 121.47]", "partners.bank-1.stream",
     "true -> false"),
]  # fmt: skip
"""What is written, what instead, the path of the promise, and how its values are told."""


@pytest.mark.parametrize(("before", "after", "path", "told"), WEAKER)
def test_a_weaker_promise_is_told(before: str, after: str, path: str, told: str) -> None:
    """In each format; and the way back is a stronger one, or at least no weaker one."""
    old, new = example(), edited((before, after))
    found = compared(old, new, *ONLY)
    assert path in {one.path for one in found.weaker}
    assert not found.same and found.refused is bool(found.dangers)
    said = diff_text.render(found)
    line = next(line for line in said.splitlines() if f" {path} " in line)
    assert line.startswith("  weaker ") and told in line
    assert "weakened" in said.splitlines()[-1] and "nothing changes" not in said
    comment = diff_markdown.render(found)
    sign = "❌" if found.refused else "⚠️"
    assert comment.splitlines()[1].startswith(f"### {sign}") and f"`{path}`" in comment
    data = json.loads(diff_json.render(found))
    one = next(one for one in data["values"] if one["path"] == path)
    assert one["trend"] == "weaker" and one["promise"] and one["line"] > 1
    back = compared(new, old, *ONLY)
    assert not back.weaker and path in {one.path for one in back.values}


def test_weaker_promises_come_first() -> None:
    """Before what else changes, and objectives before all others."""
    new = edited(("ship: 15min", "ship: 10min"), ("gb50174: A", "gb50174: B"),
                 ("rtt: 1ms", "rtt: 2ms"), ("rto: 8h}", "rto: 9h}"))  # fmt: skip
    found = compared(example(), new, *ONLY)
    assert [(one.path, one.trend, one.promise) for one in found.values] == [
        ("objectives.lose-all.rto", "weaker", True),
        ("standards.gb50174", "weaker", True),
        ("links[binjiang-xihu].rtt", "changed", False),
        ("backups.nightly.log.ship", "stronger", True),
    ]
    said = diff_text.render(found)
    assert "Promises, before -> after (3)" in said
    assert "What else changes in the spec, before -> after (1)" in said


def test_a_longer_waiver_is_weaker() -> None:
    """Its old day is told beside the new one; an owner of another name is a change."""
    old = example() + waiver(expires="2027-01-31")
    found = compared(old, example() + waiver(expires="2030-01-31", owner="other"), *ONLY)
    name = "waivers[replica-per-site databases.ledger-a.replicas]"
    assert [(one.path, one.trend) for one in found.values] == [
        (f"{name}.expires", "weaker"),
        (f"{name}.owner", "changed"),
    ]
    assert "2027-01-31 -> 2030-01-31" in diff_text.render(found).split("Waivers (1)")[1]
    assert compared(example(), old, *ONLY).weaker and not compared(old, example(), *ONLY).weaker


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("lose-site: automatic", "lose-site: {mode: automatic}"),
        ("rto: 8h}", "rto: 480min}"),
        ("# A payment ledger", "# The payment ledger"),
        ("between: [binjiang, xihu], rtt", "between: [xihu, binjiang], rtt"),
    ],
)
def test_another_text_of_the_same_meaning_changes_nothing(before: str, after: str) -> None:
    """Short forms, units, comments."""
    found = compared(example(), edited((before, after)), *ONLY)
    if "between" not in before:
        assert found.same
        assert "nothing changes" in diff_text.render(found).splitlines()[-1]
    else:
        assert [one.path for one in found.values] == ["links[binjiang-xihu].between"]


def test_what_a_change_of_defaults_would_hide_is_told() -> None:
    """A value that is stated now and was the default before is a change only if it differs."""
    assert compared(example(), example() + "timing: {ttl: 20s}\n", *ONLY).same
    found = compared(example(), example() + "timing: {ttl: 90s}\n", *ONLY)
    assert [(one.path, one.before, one.after) for one in found.values] == [
        ("timing.ttl", "20s", "90s")
    ]
    assert "1 value changes" in diff_text.render(found)


def test_nothing_is_compared_where_a_side_has_no_spec() -> None:
    """All is new, or gone, or not to be judged."""
    for old, new in ((None, example()), (example(), None), (example(), "name: x\n")):
        found = compared(old, new, *ONLY)
        assert not found.values and not found.same


def test_a_schedule_of_another_hour_is_as_good() -> None:
    """Only its pace counts."""
    keys = ("backups", "nightly", "schedule", "full")
    assert trend_of(keys, "0 2 * * 0", "30 4 * * 3") == "changed"
    assert trend_of(keys, "0 2 * * 0", "0 2 1 * *") == "weaker"
    assert trend_of(keys, "0 2 * * 0", "0 */6 * * *") == "stronger"
    assert trend_of(keys, "0 2 * * 0", None) == "weaker"
    assert len({one for one, _ in PROMISES}) == len(PROMISES)
