"""What rules about DNS, backups, buildings and partners say where it depends on target or place."""

import pytest

from tests.rule_examples import EXAMPLE, ROOT, judged, spec_text


def said(piece: str, target: str = "lab", *, rule: str) -> list[str]:
    """The standings of a rule's findings about the target's reference with a piece merged in."""
    base = EXAMPLE if target == "lab" else ROOT / "stacks" / f"ledger-{target}.yaml"
    found = judged(spec_text(piece, base), target)
    return [v.violation.standing for v in found if v.violation.rule.id == rule]


def test_a_check_is_as_fast_as_its_service_makes_it() -> None:
    """Cloud DNS checks every 30 s at most often, Route 53 every 10 s, PowerDNS as it is told."""
    piece = "{objectives: {lose-site: {rto: 1min}}}"
    rule = "dns-address-checked-in-time"
    assert said(piece, "gcp", rule=rule) == ["violation"]
    assert said(piece, "mixed", rule=rule) == ["violation"]
    assert not said(piece, "aws", rule=rule)
    assert not said(piece, "lab", rule=rule)


def test_a_long_ttl_is_one_finding() -> None:
    """The rule about checks leaves to the rule about TTLs what a TTL takes."""
    piece = "dns: {records: {api: {ttl: 60s}}}"
    assert said(piece, rule="dns-ttl-in-rto") == ["violation"]
    assert not said(piece, rule="dns-address-checked-in-time")


def test_a_service_of_another_cloud_serves_nothing() -> None:
    """On AWS alone nobody has credentials for Cloud DNS, though the spec names it."""
    piece = "dns: {providers: {second: {service: cloud-dns}}}"
    assert said(piece, "aws", rule="dns-two-providers") == ["waived"]
    assert not said(piece, "mixed", rule="dns-two-providers")


def test_clouds_run_their_own_buildings() -> None:
    """A bad building is judged on the lab alone."""
    piece = "sites: {%s: {facility: {power: N}}}"
    assert said(piece % "tianfu", rule="power-redundancy") == ["violation"]
    assert not said(piece % "tokyo-1", "aws", rule="power-redundancy")
    assert not said(piece % "tokyo-1", "aws", rule="facility-stated")


def test_an_empty_facility_is_not_assumed_good() -> None:
    """Each number that is absent is a violation of the rule that needs it."""
    empty = "sites: {tianfu: {facility: null}}"
    found = judged(spec_text(empty + "\nstandards: {gb50174: null}"))
    rules = {v.violation.rule.id: v.violation.standing for v in found if v.path.endswith("tianfu")}
    assert rules == {"facility-stated": "unknown"}
    claimed = [str(v) for v in judged(spec_text(empty)) if v.violation.rule.id == "facility-stated"]
    assert len(claimed) == 1 and "but `standards` claims gb50174" in claimed[0]
    text = spec_text(empty).replace(
        "  tianfu:\n    city:", "  tianfu:\n    facility: {}\n    city:"
    )
    asked = {v.violation.rule.topic for v in judged(text) if v.path == "sites.tianfu.facility"}
    about = [v for v in judged(text) if v.path == "sites.tianfu.facility"]
    assert asked == {"facilities"} and len(about) >= 14
    assert all(v.violation.standing == "violation" for v in about)


@pytest.mark.parametrize(
    ("piece", "rule", "standing"),
    [
        ("vaults: {cold-vault: {at: null}}", "vault-outside-cities", "unknown"),
        ("partners: {bank-1: {at: null}}", "partners-elsewhere", "unknown"),
        (
            "{backups: {nightly: {copies: [xihu, cold-vault]}}, vaults: {cold-vault: {at: null}}}",
            "backup-copy-other-city",
            "unknown",
        ),
        ("partners: {bank-1: {at: [30.3, 120.2]}}", "partners-elsewhere", "violation"),
        ("vaults: {cold-vault: {at: [30.3, 120.2]}}", "vault-outside-cities", "violation"),
    ],
)
def test_a_place_that_nobody_states_is_unknown(piece: str, rule: str, standing: str) -> None:
    """Neither assumed far away nor refused; one within 50 km of a city is in it."""
    assert said(piece, rule=rule) == [standing]


@pytest.mark.parametrize(
    ("target", "owner", "home", "remote"),
    [
        ("aws", 'account: "222222222222"', "ap-southeast-1", "ap-northeast-1"),
        ("gcp", "project: custodian", "asia-east2", "asia-northeast1"),
    ],
)
def test_a_remote_region_is_far_enough_for_a_vault_that_is_apart(
    target: str, owner: str, home: str, remote: str
) -> None:
    """Two copies reach it: to the remote region first, then to the other account."""
    rule, piece = "vault-other-region", "vaults: {cold-vault: {%s: {region: %s, %s}}}"
    nobodys = owner.partition(":")[0] + ": null"
    assert not said(piece % (target, remote, owner), target, rule=rule)
    assert said(piece % (target, remote, nobodys), target, rule=rule) == ["violation"]
    assert said(piece % (target, home, owner), target, rule=rule) == ["violation"]
    assert not said(piece % (target, remote, owner), target, rule="vault-account-apart")


@pytest.mark.parametrize("target", ["lab", "aws", "gcp", "mixed"])
def test_the_references_keep_every_rule(target: str) -> None:
    """Unknown and waived are said, nothing refuses."""
    base = EXAMPLE if target == "lab" else ROOT / "stacks" / f"ledger-{target}.yaml"
    assert not [str(v) for v in judged(spec_text(base=base), target) if v.violation.refuses("low")]
