"""Checking: what a document, a path or a text becomes, and details of the words that users get."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yaml import YAMLError

from tricenter.topology.countries import CONTINENTS, COUNTRIES
from tricenter.topology.cron import latest
from tricenter.topology.dns.continents import CONTINENT
from tricenter.topology.dns.continents import CONTINENTS as CLOUDS_CONTINENTS
from tricenter.topology.document import parse
from tricenter.topology.errors import START, SpecError
from tricenter.topology.outline import describe, field_at, model_at, words_of
from tricenter.topology.patterns import explain_pattern
from tricenter.topology.positions import inside
from tricenter.topology.quantities import explain_quantity
from tricenter.topology.schedules import explain_cron
from tricenter.topology.spec import Topology
from tricenter.topology.spec_dns import Rule
from tricenter.topology.syntax import explain
from tricenter.topology.template import template_text
from tricenter.topology.validate import load, validate
from tricenter.topology.wording import kind, listed, show, suggest, suggest_or_list

RULES = """      rules:
        - {geo: [CN], order: [[east, west], remote]}
        - {geo: "*", order: [[east, west, remote]]}
"""
YEAR_2000 = datetime(2000, 1, 1, tzinfo=UTC)


def test_one_topology_however_it_is_read(tmp_path: Path) -> None:
    """A text, its document, its path and its path's text are the same topology."""
    path = tmp_path / "topology.yaml"
    path.write_text(template_text(), encoding="utf-8")
    expected = validate(template_text())
    assert validate(parse(template_text())) == expected
    assert validate(path) == expected
    assert load(path) == expected
    assert load(str(path)) == expected


def test_diagnostics_name_the_file_as_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative name stays relative, so that editors and terminals can follow it."""
    monkeypatch.chdir(tmp_path)
    Path("a").mkdir()
    Path("a/spec.yaml").write_text("name: x\n", encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load("./a/spec.yaml")
    assert {found.file for found in caught.value.diagnostics} == {"./a/spec.yaml"}


def test_nothing_is_said_about_refused_values() -> None:
    """A value that the reader refused gets one diagnostic, not a second one by the model."""
    text = template_text().replace("tps: 8000", "tps: !!str 8000", 1)
    with pytest.raises(SpecError) as caught:
        validate(text)
    assert [found.id for found in caught.value.diagnostics] == ["unknown-tag"]


def test_outline_follows_paths() -> None:
    """The model at a path is found through mappings, lists and optional parts."""
    assert model_at(Topology, ("dns", "records", "api", "rules", 0)) is Rule
    assert model_at(Topology, ("sites", "x", "aws")).__name__ == "AwsPlace"
    assert model_at(Topology, ("name",)) is None
    assert model_at(Topology, ("nothing", "below")) is None
    assert field_at(Topology, ("links", 0)) is None
    mode = field_at(Topology, ("databases", "x", "commit", "mode"))
    assert mode is not None
    assert words_of(mode) == ("quorum", "sync", "async")
    assert describe(mode) == ""


def test_words() -> None:
    """Values are shown as specs write them, shortened, and suggestions are near."""
    assert [show(value) for value in (None, True, False, {}, [], 5, 1.5)] == [
        "nothing", "true", "false", "a mapping", "a list", "5", "1.5",
    ]  # fmt: skip
    assert show("x" * 50) == repr("x" * 40 + "...")
    assert kind(True) == "true"
    assert kind(7) == "the number 7"
    assert listed("abc", most=2) == "a, b, ..."
    assert suggest("Quorun", ["quorum"]) == " (did you mean 'quorum'?)"
    assert suggest("paxos", ["quorum"]) == ""
    assert suggest_or_list("x", [], "vaults") == " (there are no vaults)"


def test_unknown_patterns_and_errors_still_have_words() -> None:
    """What nobody foresaw is said plainly instead of failing."""
    assert explain_pattern("^z$", "a", ("new",)) == ("bad-name", "'a' does not have the form ^z$")
    assert explain(YAMLError("broken"), "") == (None, "bad-yaml", "cannot be read as YAML: broken")
    assert inside("text", None) == START


@pytest.mark.parametrize(
    ("quantity", "value", "meant"),
    [
        ("bad_duration", 30, "30s"), ("bad_duration", "5m", "5min"), ("bad_duration", "1 H", "1h"),
        ("bad_duration", "2 days", "2d"), ("bad_duration", "1.5 hrs", "1.5h"),
        ("bad_size", "512M", "512MiB"), ("bad_size", "2g", "2GiB"), ("bad_size", 4, "4MiB"),
        ("bad_size", "1 tb", "1TiB"), ("bad_size", "3gib", "3GiB"),
        ("bad_subnet", "10.0.0.5/8", "10.0.0.0/8"),
        ("bad_subnet", "2001:db8::1", "2001:db8::1/128"),
    ],
)  # fmt: skip
def test_what_was_meant(quantity: str, value: object, meant: str) -> None:
    """Units as people write them get the spec's own as a suggestion."""
    assert explain_quantity(quantity, value)[1].endswith(f"(did you mean '{meant}'?)")


@pytest.mark.parametrize(
    ("quantity", "value"),
    [("bad_duration", True), ("bad_duration", "soon"), ("bad_size", "1.5GiB"), ("bad_subnet", 5)],
)
def test_no_guess_without_ground(quantity: str, value: object) -> None:
    """Nothing is suggested where nothing is near."""
    assert "did you mean" not in explain_quantity(quantity, value)[1]


numbers = st.integers(0, 70).map(str)
parts = st.one_of(
    st.just("*"),
    numbers,
    st.tuples(numbers, numbers).map("-".join),
    st.tuples(st.just("*") | st.tuples(numbers, numbers).map("-".join), numbers).map("/".join),
    st.sampled_from(["sun", "L", "?", "1-", "-1", "5#2", "@daily"]),
)
fields = st.lists(parts, min_size=1, max_size=2).map(",".join)


@given(st.lists(fields, min_size=5, max_size=5).map(" ".join))
def test_accepted_schedules_can_be_run(cron: str) -> None:
    """A schedule that is accepted fires at some time, by the reckoning of the scheduler itself."""
    if explain_cron(cron) is None:
        assert latest(cron, YEAR_2000) is not None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("remote-dns: {servers: [remote]}", "cloud: {service: route53}"),
        ("        - {geo: [CN], order: [[east, west], remote]}\n", ""),
        ("answers:                          #", "weights: {east: 0, west: 2}\n      answers: #"),
        (RULES, ""),
        ("links:", "witnesses: {a: {at: [30, 114]}, b: {city: chengdu}}\nlinks:"),
        ("lose-site: automatic", "lose-site:west: approve"),
        ("lose-site: {rpo: 0s, rto: 45s}", "cut:east-remote: {rpo: 0s, rto: 1.5min}"),
        ("medium: disk,", "medium: tape, lab: 512MiB,"),
        ("commit: {mode: quorum, acks: 1}", "commit: {mode: sync, acks: 2, strict: true}"),
        ("[203.0.113.11, 203.0.113.12]", '["2001:db8::1", 203.0.113.12]'),
        ('geo: "*"', 'geo: [continent:EU, "*"]'),
        ("schedule: {full", "schedule: {incremental: '*/30 1-3 1,15 * 7', full"),
    ],
)
def test_accepted(old: str, new: str) -> None:
    """What the format allows is not refused: each of these differs from the template."""
    text = template_text()
    assert old in text
    if "incremental: '" in new:
        text = text.replace(', incremental: "0 2 * * 1-6"', "")
    assert validate(text.replace(old, new, 1)) != validate(template_text())


def test_the_geography_of_clouds_is_that_of_the_spec() -> None:
    """Each country has a continent, but for four that Route 53 does not have (2026-11-24)."""
    assert len(COUNTRIES - {"XK"}) == 249
    assert COUNTRIES - CONTINENT.keys() == {"BV", "CX", "EH", "HM"}
    assert CONTINENT.keys() <= COUNTRIES
    assert set(CLOUDS_CONTINENTS) == CONTINENTS


def test_a_pair_is_named_in_one_order() -> None:
    """Only the sorted name of a pair is a scenario; what is no pair at all gets no such hint."""
    text = template_text().replace("lose-site: {rpo", "cut:east-mars: {rpo")
    with pytest.raises(SpecError, match="cut has no target 'east-mars'"):
        validate(text)
