"""Data that a change of a spec would lose: each way once, at its line, and nothing else."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.report_cases import compared, edited, example, without_remote_replica
from tests.rule_examples import ROOT
from tests.strategies import topologies
from tricenter.policies.diff.danger import Change, Danger, finders
from tricenter.topology.spec import Topology

AWS, GCP = ROOT / "stacks" / "ledger-aws.yaml", ROOT / "stacks" / "ledger-gcp.yaml"
LAB = ROOT / "stacks" / "ledger.yaml"
LEDGER_B = """  ledger-b:
    prefer: xihu
    size: 200GiB
    load: {tps: 2500, connections: 400}
    commit: {mode: quorum, acks: 1}
    replicas: {binjiang: {voter: true}, tianfu: {voter: true}}
"""
LINKS = """  - {between: [binjiang, arbiter], rtt: 30ms}
  - {between: [xihu, arbiter], rtt: 30ms}
"""
VAULT = "cold-vault: {medium: disk, account: custodian, at: [34.27, 108.95]}"
Edit = tuple[str, str]


def said(*edits: Edit, base: Path = LAB) -> list[tuple[str, str, str, int]]:
    """Verb, subject, side and line of each danger of some edits of a spec."""
    found = lost(base.read_text(encoding="utf-8"), edited(*edits, base=base))
    return [(d.loss.verb, d.loss.subject, d.loss.side, d.position.line) for d in found]


def lost(old: str, new: str) -> tuple[Danger, ...]:
    """The dangers between two valid specs; nothing is asked of one that is not valid."""
    found = compared(old, new, "replica-per-site")
    wrong = [*found.old.diagnostics, *found.new.diagnostics]
    assert not wrong, "\n".join(map(str, wrong))
    return found.dangers


def line_of(text: str, base: Path = LAB) -> int:
    """The line of a spec that has a text first."""
    lines = base.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_the_main_case() -> None:
    """The remote replica goes: one danger, at the line where it stood."""
    (danger,) = lost(example(), without_remote_replica())
    assert (danger.loss.verb, danger.loss.side) == ("delete", "old")
    assert str(danger).startswith("origin/main:stacks/ledger.yaml:122:")
    assert "2 of 3 copies stay" in danger.loss.message


def test_a_database_goes() -> None:
    """It says its copies once; backups that no longer name it are no second loss."""
    edits = (LEDGER_B, ""), ("of: [ledger-a, ledger-b]", "of: [ledger-a]"), (
        "holds: [ledger-a, ledger-b]", "holds: [ledger-a]",
    )  # fmt: skip
    assert said(*edits) == [("delete", "database ledger-b", "old", line_of("  ledger-b:"))]


def test_a_site_goes() -> None:
    """With everything that it held, once; the copies there are not told again."""
    text = example()
    start, end = text.index("  tianfu:\n"), text.index("\nlinks:")
    new = text[:start] + text[end:]
    for before, after in (
        (", tianfu: {voter: true}", ""),
        ("  - {between: [binjiang, tianfu], rtt: 30ms}\n", ""),
        ("  - {between: [xihu, tianfu], rtt: 30ms}\n", ""),
        ("    remote-dns: {servers: [tianfu]}\n", ""),
        ("        tianfu: [203.0.113.31, 203.0.113.32]\n", ""),
        (", tianfu]", "]"),
        ("copies: [tianfu, cold-vault]", "copies: [cold-vault]"),
        ("copies: [cold-vault]", "copies: [xihu, cold-vault]"),
        ("  chengdu: {at: [30.57, 104.07], hazards: [earthquake]}\n", ""),
        ("\nlinks:\n", f"\nwitnesses:\n  arbiter: {{at: [23.13, 113.26]}}\n\nlinks:\n{LINKS}"),
    ):
        new = new.replace(before, after)
    found = lost(text, new)
    assert [(d.loss.verb, d.loss.subject) for d in found] == [("delete", "site tianfu")]
    assert "ledger-a and ledger-b" in found[0].loss.message
    assert "nightly" in found[0].loss.message


@pytest.mark.parametrize(
    ("edit", "verb", "subject", "line"),
    [
        (("name: ledger\n", "name: books\n"), "replace", "topology ledger", "name: ledger"),
        (("    size: 200GiB\n    load: {tps: 3000", "    size: 100GiB\n    load: {tps: 3000"),
         "replace", "database ledger-a", "size: 200GiB"),
        (("zone: pay.example.com", "zone: buy.example.com"),
         "replace", "zone pay.example.com", "zone: pay"),
        (("copies: [tianfu, cold-vault]", "copies: [xihu, cold-vault]"),
         "replace", "repository nightly", "copies: ["),
        (("of: [ledger-a, ledger-b]", "of: [ledger-a]"),
         "delete", "backup nightly of ledger-b", "of: [ledger"),
        (("daily: 7", "daily: 3"), "shrink", "backup nightly", "keep: {"),
        (("monthly: 12", "monthly: 6"), "shrink", "backup nightly", "keep: {"),
        (("immutable: 30d", "immutable: 7d"), "shrink", "backup nightly", "immutable: 30d"),
        (("account: custodian", "account: platform"),
         "replace", "vault cold-vault", "cold-vault: {"),
        (("medium: disk", "medium: tape"), "replace", "vault cold-vault", "cold-vault: {"),
        (("  xihu:\n    city: hangzhou\n", "  xihu:\n    city: chengdu\n"),
         "replace", "site xihu", "  xihu:"),
    ],
)  # fmt: skip
def test_one_edit_is_one_danger(edit: Edit, verb: str, subject: str, line: str) -> None:
    """With its verb, at the line of the new spec that makes it."""
    found = said(edit)
    assert [one[:2] for one in found] == [(verb, subject)]
    assert found[0][3] == line_of(line) + (subject == "site xihu")


def test_a_copy_of_backups_goes() -> None:
    """While the schedule, its repository and the place stay."""
    more = edited(("copies: [tianfu, cold-vault]", "copies: [tianfu, xihu, cold-vault]"))
    (danger,) = lost(more, example())
    assert (danger.loss.verb, danger.loss.subject) == ("delete", "backup nightly in xihu")
    assert danger.position.line == line_of("copies: [")
    assert "2 of 3 stay" in danger.loss.message


def test_what_goes_is_at_the_old_line() -> None:
    """A name, a vault, a schedule, the log, the time in which nobody can delete."""
    name = example()[example().index("    api:\n") : example().index("\nbackups:")]
    without_name = example().replace("  records:\n" + name, "  records: {}\n")
    (danger,) = lost(example(), without_name)
    assert danger.loss.subject == "name api.pay.example.com"
    assert danger.position.line == line_of("    api:")
    log = said(("    log: {ship: 15min}\n", ""))
    assert [one[:2] for one in log] == [("shrink", "backup nightly")]
    locked = said(("    immutable: 30d\n", ""))
    assert [one[:2] for one in locked] == [("shrink", "backup nightly")]
    gone = said((", cold-vault]", "]"), (f"\nvaults:\n  {VAULT}\n", "\n"))
    assert [one[:2] for one in gone] == [("delete", "vault cold-vault")]


@pytest.mark.parametrize(
    ("base", "edit", "subject", "word"),
    [
        (AWS, ("zone: ap-southeast-1b", "zone: ap-southeast-1c"), "site changi", "its zone"),
        (AWS, ("ap-northeast-1", "ap-northeast-3"), "site tokyo-1", "its region"),
        (AWS, ("service: aurora, instance: db.r6g.large}\n    commit: {mode: quorum, acks: 1}\n"
               "    replicas: {jurong", "service: rds, instance: db.r6g.large}\n    commit: "
               "{mode: quorum, acks: 1}\n    replicas: {jurong"), "database ledger-b", "aurora"),
        (AWS, ("aws: {region: ap-southeast-2}", "aws: {region: eu-west-1}"),
         "vault cold-vault", "its place"),
        (AWS, ('version: "16.8"', 'version: "16.6"'), "database ledger-a", "is older"),
    ],
)  # fmt: skip
def test_what_a_cloud_makes_anew(base: Path, edit: Edit, subject: str, word: str) -> None:
    """Places and services, only where the target is that cloud."""
    found = lost(base.read_text(encoding="utf-8"), edited(edit, base=base))
    assert found, subject
    assert {d.loss.verb for d in found} == {"replace"}
    assert any(d.loss.subject == subject and word in d.loss.message for d in found)


@pytest.mark.parametrize(
    ("version", "older"),
    [("16", False), ("16.8", False), ("16.10", False), ("17", False), ("16.7", True), ("15", True)],
)
def test_only_an_older_version_makes_a_database_anew(version: str, older: bool) -> None:
    """A major version alone is any of its minor ones, not the one before the first."""
    base = AWS.read_text(encoding="utf-8")
    found = lost(base, base.replace('version: "16.8"', f'version: "{version}"'))
    assert bool(found) is older


def test_an_address_plan_that_moves_by_itself() -> None:
    """Networks that nobody wrote down are counted; a region before the others shifts them."""
    text = AWS.read_text(encoding="utf-8")
    assert "network:" not in text
    moved = text.replace("ap-southeast-1", "eu-central-1").replace("ap-southeast-2", "eu-west-1")
    subjects = {d.loss.subject for d in lost(text, moved)}
    assert {"site changi", "site jurong"} <= subjects


def test_the_clouds_places_are_nothing_to_the_lab() -> None:
    """The example names places of both clouds, and is deployed to neither."""
    assert not said(("zone: ap-southeast-1b", "zone: ap-southeast-1c"))
    assert said(
        ("carriers: [ct, cu]\n    aws", "lab: {disk: 1GiB}\n    carriers: [ct, cu]\n    aws")
    )


def test_another_target_is_another_deployment() -> None:
    """One danger for all; asked for one target, both specs are on it."""
    old, new = AWS.read_text(encoding="utf-8"), GCP.read_text(encoding="utf-8")
    found = [d.loss.message for d in lost(old, new)]
    assert any("moves from aws to gcp" in message for message in found)


@pytest.mark.parametrize(
    "edit",
    [
        ("rtt: 1ms", "rtt: 2ms"),
        ("daily: 7", "daily: 14"),
        ("immutable: 30d", "immutable: 60d"),
        ("size: 200GiB", "size: 400GiB"),
        ("{mode: quorum, acks: 1}", "{mode: async}"),
        ("prefer: xihu", "prefer: tianfu"),
        ("tps: 3000", "tps: 4000"),
    ],
)
def test_what_loses_nothing_is_no_danger(edit: Edit) -> None:
    """Numbers, growth, roles: rules may speak of them, data stays."""
    new = edited(edit)
    if edit[1] == "{mode: async}":
        new = new.replace("{voter: true}", "{}")
    if edit[1] == "prefer: tianfu":
        new = new.replace("{binjiang: {voter: true}, tianfu", "{binjiang: {voter: true}, xihu")
    assert not lost(example(), new)


def test_a_spec_that_goes_takes_everything() -> None:
    """Each database, schedule and vault."""
    found = compared(example(), None).dangers
    subjects = [danger.loss.subject for danger in found]
    assert subjects == ["backup nightly", "database ledger-a", "database ledger-b",
                        "vault cold-vault"]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(topologies())
def test_nothing_changed_is_nothing_lost(topology: Topology) -> None:
    """Whatever the topology, on whatever target."""
    for target in ("lab", "aws"):
        change = Change(old=topology, new=topology, old_target=target, new_target=target)
        assert not [loss for find in finders() for loss in find(change)]


@settings(max_examples=60, deadline=None)
@given(topologies(), topologies())
def test_every_copy_that_goes_is_told(old: Topology, new: Topology) -> None:
    """By its database, by its site, or by itself: none goes in silence."""
    change = Change(old=old, new=new, old_target="lab", new_target="lab")
    subjects = {loss.subject for find in finders() for loss in find(change)}
    for name, database in old.databases.items():
        for site in (database.prefer, *database.replicas):
            kept = name in new.databases and site in (
                new.databases[name].prefer, *new.databases[name].replicas,
            )  # fmt: skip
            told = {f"database {name}", f"site {site}", f"replica {name} in {site}"}
            assert kept or subjects & told
