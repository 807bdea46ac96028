"""Forecasts at the edges: who is synchronous, who decides, places that nobody states, one site."""

from pathlib import Path

import pytest

from tests.test_forecast import EXAMPLE, after, topology
from tricenter.cli.app import run
from tricenter.topology.domains import weak_points
from tricenter.topology.forecast import forecast
from tricenter.topology.forecast.model import Interval
from tricenter.topology.forecast.words import beyond
from tricenter.topology.scenarios import scenarios
from tricenter.topology.validate import validate

SYNC = ("{mode: quorum, acks: 1}", "{mode: sync, acks: 1}")


def test_the_synchronous_voter_need_not_be_the_nearest() -> None:
    """Patroni keeps a far one after a restart of the near one: with the leader and either voter
    lost nobody knows who has the last writes. Losing the leader alone loses nothing."""
    for other in ("tianfu", "xihu"):
        entry = after(f"lose-pair:binjiang-{other}", SYNC)
        assert (entry.decides, entry.rpo.high, entry.rpo_bound) == ("approve", 900, None)
    alone = after("lose-site:binjiang", SYNC)
    assert (alone.decides, alone.rpo.high, alone.losses_left) == ("automatic", 0, 1)
    assert after("lose-pair:binjiang-tianfu", ("acks: 1", "acks: 2"), SYNC_BOTH).rpo.high == 0


def test_commits_go_on_when_a_voter_is_lost_for_whom_they_do_not_wait() -> None:
    """The nearest is preferred as synchronous; its loss is waited for, that of the other is not."""
    near, far = after("lose-site:xihu", SYNC), after("lose-site:tianfu", SYNC)
    assert "commit" in [term.name for term in near.terms]
    assert "commit" not in [term.name for term in far.terms]
    assert far.commit_latency_after == 0.001
    assert near.commit_latency_after == 0.03


SYNC_BOTH = ("{mode: quorum, acks: 2}", "{mode: sync, acks: 2}")


def test_strict_without_voters_keeps_no_time() -> None:
    """A leader that lives and may not write is no recovery, also where the store is lost too."""
    strict = ("{mode: quorum, acks: 1}", "{mode: quorum, acks: 1, strict: true}")
    entry = after("lose-pair:tianfu-xihu", strict)
    assert (entry.decides, entry.commit_mode_after, entry.rto.high) == (
        "impossible",
        "refused",
        None,
    )


def test_people_and_programs_are_told_apart() -> None:
    """What a person takes is a sum of its own; the largest term of programs is named."""
    entry = after("lose-city:hangzhou")
    assert entry.person == Interval(low=0, high=680)
    assert entry.machine.largest == "promote"
    assert after("lose-site:binjiang").person is None
    assert after("lose-site:binjiang").machine.largest == "detect"


@pytest.mark.parametrize(
    ("value", "limit", "said"),
    [(36.3, 36, "36.3s"), (36.04, 36, "36.040s"), (36.000001, 36, "36.000001s"), (90, 36, "90s"),
     (1200.5, 1200, "1200.5s"), (62, 60, "62s"), (36.45, 36.4, "36.5s")],
)  # fmt: skip
def test_what_is_beyond_a_limit_looks_beyond_it(value: float, limit: float, said: str) -> None:
    """Nobody reads that 36 s cannot be promised because clients may wait 36 s."""
    assert beyond(value, limit) == said


@pytest.mark.parametrize("key", ["witnesses", "vaults"])
def test_what_stands_nowhere_is_lost_with_any_city(key: str) -> None:
    """Nobody knows which loss takes it along; a cloud's region is a place."""
    for place, lost in (("{}", True), ("{aws: {region: eu-west-1}}", False)):
        if key == "witnesses":
            spec = topology(("witnesses: {}", f"witnesses: {{wuhan: {place}, xian: {place}}}"))
        else:
            spec = topology(("cellar: {at: [34.27, 108.95]}", f"cellar: {place}"))
        cities = [one for one in scenarios(spec, ()) if one.kind == "lose-city"]
        assert all(bool(getattr(one, key)) is lost for one in cities)
        assert any("taken as lost with any city" in said for said in weak_points(spec)) is lost


def test_a_region_of_sites_is_their_city() -> None:
    """A witness in the region of a city's sites is lost with them."""
    text = (EXAMPLE.parent / "ledger-aws.yaml").read_text(encoding="utf-8")
    judges = "witnesses: {one: {aws: {region: ap-southeast-1}}, two: {aws: {region: eu-west-1}}}\n"
    found = forecast(validate(text + judges), target="aws").scenario("lose-city:singapore")
    assert "one" in found.domain
    assert "two" not in found.domain


def test_a_topology_of_one_site() -> None:
    """Where users start from: nothing to fail over to, a backup at most, and all of it is said."""
    path = EXAMPLE.parents[1] / "tests/golden/one-site-quorum/topology.yaml"
    spec = validate(path.read_text(encoding="utf-8").replace("quorum", "async"))
    found = forecast(spec)
    assert (found.voices, found.majority) == (1, 1)
    entry = found.scenario("lose-site:binjiang").database("ledger-a")
    assert (entry.decides, entry.rto.high, entry.rpo_bound) == ("impossible", None, None)
    cut = found.scenario("isolate:binjiang").database("ledger-a")
    assert (cut.decides, cut.rto.high, cut.rpo_bound) == ("impossible", None, 0)
    assert "cannot be written at binjiang" in found.scenario("isolate:binjiang").explanation


@pytest.mark.parametrize(
    "verb", ["validate", "forecast", "plan", "graph", "render --out {out}", "check", "grade"]
)
def test_every_verb_knows_a_topology_of_one_site(tmp_path: Path, verb: str) -> None:
    """No bug instead of an answer, also with a backup."""
    text = (EXAMPLE.parents[1] / "tests/golden/one-site-quorum/topology.yaml").read_text("utf-8")
    backup = "backups: {nightly: {of: [ledger-a], schedule: '0 2 * * *', copies: [binjiang]}}\n"
    for number, spec in enumerate((text, text + backup)):
        path = tmp_path / f"one-{number}.yaml"
        path.write_text(spec.replace("quorum", "async"), encoding="utf-8")
        words = [word.format(out=tmp_path / "out") for word in verb.split()]
        assert run([words[0], str(path), *words[1:]]) in (0, 1)
