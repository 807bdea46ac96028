"""The arithmetic of forecasts, against cases worked out by hand and times measured on the lab."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tricenter.topology.domains import weak_points
from tricenter.topology.forecast import DatabaseForecast, Forecast, forecast
from tricenter.topology.forecast.model import Interval, Term, total
from tricenter.topology.forecast.table import details, markdown
from tricenter.topology.forecast.voters import keeps_every_write
from tricenter.topology.forecast.words import interval, join, seconds
from tricenter.topology.scenario_ids import SCENARIO_CLASSES
from tricenter.topology.scenarios import scenarios
from tricenter.topology.schedule_gaps import longest_gap
from tricenter.topology.spec import Topology
from tricenter.topology.validate import load, validate

SOUND = (Path(__file__).parent / "refusals" / "spec.yaml").read_text(encoding="utf-8")
EXAMPLE = Path(__file__).parents[1] / "stacks" / "ledger.yaml"
WITNESSES = (
    "witnesses: {}",
    "witnesses: {wuhan: {at: [30.59, 114.31]}, xian: {at: [34.34, 108.94]}}",
)
BOTH = ("acks: 1", "acks: 2")
NEAR_ONLY = ("tianfu: {voter: true}", "tianfu: {}")


def topology(*edits: tuple[str, str]) -> Topology:
    """The sound spec with these texts replaced."""
    text = SOUND
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return validate(text)


def after(scenario: str, *edits: tuple[str, str], database: str = "ledger-a") -> DatabaseForecast:
    """One database after a scenario of the edited spec."""
    return forecast(topology(*edits)).scenario(scenario).database(database)


def test_every_scenario_is_there_once() -> None:
    """Each class has a scenario for each of its targets, and ids are unique."""
    found = forecast(topology(WITNESSES))
    ids = [s.id for s in found.scenarios]
    assert len(ids) == len(set(ids))
    assert {s.kind for s in found.scenarios} == set(SCENARIO_CLASSES)
    assert {"lose-pair:binjiang-xihu", "cut:binjiang-tianfu", "drop-table:ledger-b"} <= set(ids)


def test_what_is_said_of_lose_all_agrees() -> None:
    """With every site gone nobody serves until it is restored, and names come back with sites."""
    found = forecast(topology())
    said = details(found, found.scenario("lose-all"))
    for words in (
        "name servers  none, until sites are built anew",
        "once sites are built anew, name servers ask",
        "serves   nobody, until it is restored",
        "left     nothing: what is restored",
    ):
        assert words in said
    assert "may lose a write" not in said and "0 of 0" not in said
    assert "| - | - |" in next(line for line in markdown(found).splitlines() if "lose-all" in line)


def test_the_example_keeps_its_promises_in_every_scenario_of_one_site() -> None:
    """The shipped example loses nothing with any one site."""
    found = forecast(load(EXAMPLE))
    single = [s for s in found.scenarios if s.kind in ("lose-site", "isolate", "cut")]
    assert all(e.rpo.high == 0 and e.decides == "automatic" for s in single for e in s.databases)


@pytest.mark.parametrize(
    ("voters", "waits", "left", "kept"),
    [
        (("near", "far"), 1, {"near", "far"}, True),
        (("near", "far"), 1, {"near"}, False),
        (("near", "far"), 1, {"far"}, False),
        (("near", "far"), 2, {"far"}, True),
        (("near",), 1, {"near"}, True),
        (("a", "b", "c", "d"), 2, {"a", "b", "c"}, True),
        (("a", "b", "c", "d"), 2, {"a", "b"}, False),
        (("near", "far"), 0, {"near", "far"}, False),
    ],
)
def test_who_has_every_write(
    voters: tuple[str, ...], waits: int, left: set[str], kept: bool
) -> None:
    """Of n voters any `waits` may have acknowledged: so many may be missing, less one."""
    assert keeps_every_write(voters, waits, left) is kept


def test_two_two_one_leader_lost() -> None:
    """Two sites in the city and one remote: the near site leads by itself and nothing is lost."""
    entry = after("lose-site:binjiang")
    assert (entry.leader_after, entry.decides, entry.rpo.high) == ("xihu", "automatic", 0)
    assert entry.commit_latency_after == 0.03  # the remote voter acknowledges now
    assert entry.losses_left == 1
    assert "commit" not in [term.name for term in entry.terms]


def test_without_a_remote_voter_commits_hang_after_the_promotion() -> None:
    """With the near site alone on the list the new leader waits for a dead voter first."""
    entry = after("lose-site:binjiang", NEAR_ONLY)
    assert "commit" in [term.name for term in entry.terms]
    assert (entry.commit_mode_after, entry.losses_left) == ("alone", 0)


def test_a_voter_more_may_have_acknowledged_alone() -> None:
    """A second voter keeps one site's loss at zero but makes the loss of leader and it unsafe."""
    pair = "lose-pair:binjiang-tianfu"
    assert after(pair, NEAR_ONLY).rpo.high == 0
    unsafe = after(pair)
    assert unsafe.rpo.high == 900
    assert unsafe.rpo_likely == 0


def test_the_city_lost_leaves_a_minority() -> None:
    """One of three voices cannot decide: a person does, and the time is a term."""
    found = forecast(topology()).scenario("lose-city:hangzhou")
    entry = found.database("ledger-a")
    assert found.voices_left == 1
    assert (entry.decides, entry.leader_after) == ("approve", "tianfu")
    assert next(t.high for t in entry.terms if t.name == "decide") == 600
    assert entry.rpo == Interval(low=0, high=900)
    assert entry.rpo_likely == pytest.approx(0.05)


def test_three_of_five_voices_fail_over_if_the_remote_is_in_every_commit() -> None:
    """Two witnesses elsewhere make a majority, and acks 2 makes the remote safe to promote."""
    city = ("lose-city: {mode: approve, decide: 10min}", "lose-city: automatic")
    entry = after("lose-city:hangzhou", WITNESSES, BOTH, city)
    assert (entry.decides, entry.leader_after, entry.rpo.high) == ("automatic", "tianfu", 0)
    assert entry.rto.high is not None
    assert entry.rto.high < 60


def test_witnesses_in_the_city_are_lost_with_it() -> None:
    """A witness that stands in the city lost is no voice outside of it."""
    inside = ("witnesses: {}", "witnesses: {wuhan: {city: hangzhou}, xian: {at: [34.34, 108.94]}}")
    found = forecast(topology(inside)).scenario("lose-city:hangzhou")
    assert found.voices_left == 2
    assert found.domain == ("binjiang", "wuhan", "xihu")


@pytest.mark.parametrize(
    ("place", "lost"),
    [
        ("{city: hangzhou}", {"lose-city:hangzhou", "lose-all"}),
        ("{at: [30.25, 120.17]}", {"lose-city:hangzhou", "lose-all"}),
        ("{at: [30.65, 120.17]}", {"lose-city:hangzhou", "lose-all"}),
        ("{at: [30.75, 120.17]}", set[str]()),
    ],
)
def test_what_stands_within_50_km_of_a_city_is_lost_with_it(place: str, lost: set[str]) -> None:
    """However the spec says that a vault or a witness stands there."""
    spec = topology(
        ("cellar: {at: [34.27, 108.95]}", f"cellar: {place}"),
        ("witnesses: {}", f"witnesses: {{wuhan: {place}, xian: {{at: [34.34, 108.94]}}}}"),
    )
    cases = [one for one in scenarios(spec, ()) if one.kind in ("lose-city", "lose-all")]
    assert {one.id for one in cases if one.vaults} == lost
    assert {one.id for one in cases if one.witnesses} == lost


def test_a_leader_without_the_store_steps_down() -> None:
    """Both other sites lost: the leader lives, but a person must let it lead again."""
    entry = after("lose-pair:tianfu-xihu")
    assert (entry.decides, entry.leader_after, entry.rpo.high) == ("approve", "binjiang", 0)


def test_a_cut_link_leaves_the_leader_its_majority() -> None:
    """Leader and near site do not see each other; the remote still acknowledges, slower."""
    entry = after("cut:binjiang-xihu")
    assert (entry.decides, entry.promotes, entry.commit_latency_after) == ("automatic", False, 0.03)
    slow = after("cut:binjiang-xihu", NEAR_ONLY)
    assert [t.name for t in slow.terms] == ["commit", "client"]


def test_a_site_cut_off_is_fenced() -> None:
    """The old leader stops before its lease ends, so two never acknowledge."""
    found = forecast(topology()).scenario("isolate:binjiang")
    assert "fence" in [t.name for t in found.database("ledger-a").terms]
    assert found.domain == ()
    assert "clients inside binjiang" in found.explanation


def test_an_asynchronous_leader_cut_off_acknowledges_what_is_lost() -> None:
    """Clients inside are served until it steps down: 3.2 to 4.3 s were measured."""
    edits = (
        ("commit: {mode: quorum, acks: 1}", "commit: {mode: async}"),
        ("{voter: true}", "{}"),
    )
    entry = after("isolate:binjiang", *edits)
    assert entry.rpo_likely >= 4.3
    assert after("lose-site:binjiang", *edits).rpo_likely < 0.1


@pytest.mark.parametrize(
    ("timing", "measured"),
    [
        ((30, 10, 10), (46.88, 47.48, 47.12)),
        ((20, 5, 5), (32.22, 24.82, 25.21)),
        ((20, 1, 7), (25.29, 26.50, 26.32)),
    ],
)
def test_measured_recoveries_are_in_the_interval(
    timing: tuple[int, int, int], measured: tuple[float, ...]
) -> None:
    """Failovers measured on the lab, remote without a vote, lie where the terms say."""
    ttl, loop_wait, retry = timing
    text = f"timing: {{ttl: {ttl}s, loop_wait: {loop_wait}s, retry_timeout: {retry}s}}\n"
    entry = after("lose-site:binjiang", NEAR_ONLY, ("failover:", text + "failover:"))
    assert all(entry.rto.covers(time) for time in measured), entry.rto


def test_names_die_with_their_last_server() -> None:
    """With one provider alone its loss leaves the databases running and unnamed."""
    one = ("    remote-dns: {servers: [tianfu]}\n", "")
    found = forecast(topology(one)).scenario("lose-dns-provider:city-dns")
    assert found.name_servers == ()
    assert found.database("ledger-a").rto.high is None
    assert after("lose-dns-provider:city-dns").rto.high == 2


def test_a_cloud_provider_is_lost_with_no_site() -> None:
    """A cloud's name service still answers when every site is gone."""
    cloud = ("remote-dns: {servers: [tianfu]}", "remote-dns: {service: route53}")
    found = forecast(topology(cloud))
    assert found.scenario("lose-all").name_servers == ("remote-dns",)
    assert found.scenario("lose-dns-provider:remote-dns").name_servers == ("binjiang", "xihu")
    only = forecast(topology(("city-dns: {servers: [binjiang, xihu]}", "cloud: {service: route53}"),
                             ("    remote-dns: {servers: [tianfu]}\n", "")))  # fmt: skip
    assert only.scenario("lose-city:hangzhou").name_servers == ("cloud",)


def test_a_dropped_table_comes_back_from_the_log() -> None:
    """Only the database of the table is concerned, and only by the time of a restore."""
    found = forecast(topology()).scenario("drop-table:ledger-a")
    hurt, other = found.database("ledger-a"), found.database("ledger-b")
    assert (hurt.rpo.high, hurt.decides, other.rto.high) == (0, "approve", 0)
    assert {"restore", "replay"} <= {t.name for t in hurt.terms}
    logless = after("drop-table:ledger-a", ("    log: {ship: 15min}\n", ""))
    # A day, and 200 GiB at 50 MiB/s until the backup is complete.
    assert logless.rpo.high == 86400 + 4096
    bare = after("drop-table:ledger-b", ("of: [ledger-a, ledger-b]", "of: [ledger-a]"),
                 database="ledger-b")  # fmt: skip
    assert (bare.decides, bare.rpo.high) == ("impossible", None)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (("copies: [tianfu, cellar]", "copies: [tianfu, cellar]\n    immutable: 30d"), "30d"),
        (("cellar: {at", "cellar: {account: custodian, at"), "out of the operator's reach"),
        (("name: bank", "name: bank"), "nothing protects the copies"),
    ],
)
def test_deleted_backups(edit: tuple[str, str], said: str) -> None:
    """The forecast says what is left when somebody deletes backups."""
    assert said in forecast(topology(edit)).scenario("delete-backup:nightly").explanation


def test_a_shared_feed_is_one_failure_domain() -> None:
    """Losing one of two sites on one feed takes the other with it."""
    found = forecast(topology(("x-north", "b-east")))
    assert found.scenario("lose-site:binjiang").domain == ("binjiang", "xihu")
    assert found.scenario("isolate:binjiang").domain == ()
    assert found.scenario("lose-site:tianfu").losses_left == 0
    assert found.weak_points[0].startswith("binjiang and xihu are one failure domain")


@pytest.mark.parametrize(
    ("facility", "said"),
    [
        ("{feeds: [a], ups: 15min, generator: 24h}", "hangs on one power feed, a"),
        ("{feeds: [a, b], ups: 15min}", "it has no generator"),
        ("{feeds: [a, b], generator: 24h}", "no battery bridges"),
        ("{ups: 30s, generator: 24h, generator_start: 1min}", "its batteries end before"),
        ("{ups: 5min, generator: 4h, fuel_contract: 8h}", "may run out of fuel"),
        ("{}", "nothing is said of the power of tianfu, xihu"),
    ],
)
def test_weak_points(facility: str, said: str) -> None:
    """Each weakness of a building is said once, in words."""
    old = "{feeds: [x-north, x-south], ups: 15min, generator: 24h, generator_start: 1min}"
    assert any(said in point for point in weak_points(topology((old, facility))))


def test_a_stalling_target_bounds_the_loss() -> None:
    """Where the target holds commits back, the lag allowed is the most that is lost, whatever
    fails, but not less than Aurora can; another target has no such limit."""
    text = (EXAMPLE.parent / "ledger-aws.yaml").read_text(encoding="utf-8")
    for lag, bound in (("10min", 600.0), ("5s", 20.0)):
        piece = f"tokyo-1: {{max_lag: {lag}, on_excess: stall}}"
        spec = validate(text.replace("tokyo-1: {max_lag: 5min, on_excess: stall}", piece))
        entry = forecast(spec, target="aws").scenario("lose-city:singapore").database("ledger-a")
        assert (entry.rpo.high, entry.rpo_bound) == (bound, bound)
        assert forecast(spec).scenario("lose-city:singapore").database("ledger-a").rpo_bound is None


def test_observed_roles_win() -> None:
    """After a failover the forecast is about the leader that is, not the one preferred."""
    found = forecast(topology(), roles={"ledger-a": "tianfu"})
    entry = found.scenario("lose-site:tianfu").database("ledger-a")
    assert (entry.leader_before, entry.leader_after) == ("tianfu", "binjiang")


def test_an_approved_site_loss_waits_for_the_person() -> None:
    """A person asked for on purpose is a term although the voices could decide."""
    entry = after(
        "lose-site:binjiang",
        ("lose-site: automatic", "lose-site: {mode: approve, decide: 5s}"),
    )
    assert entry.decides == "approve"
    assert [t.name for t in entry.terms][:2] == ["detect", "decide"]


@pytest.mark.parametrize(
    ("full", "incremental", "hours"),
    [
        ("0 2 * * *", None, 24),
        ("0 2 * * 0", "0 2 * * 1-6", 24),
        ("0 2 * * sun", None, 168),
        ("*/15 * * * *", None, 0.25),
        ("0 2 * * 0", "0 8,20 * * mon-fri", 30),
        ("0 0 1 * *", None, 31 * 24),
        ("0 0 1 jan *", None, 366 * 24),
        ("0 2 15 * */2", None, 153 * 24),
        ("0 2 */2 * 1", None, 21 * 24),
        ("0 2 31 * *", None, 61 * 24),
        ("0 2 29 2 *", None, 1461 * 24),
        ("0 2 29 2 */7", None, 28 * 365 * 24 + 7 * 24),
        ("0 0 1 * *", "0 */6 * * *", 6),
    ],
)
def test_longest_time_between_backups(full: str, incremental: str | None, hours: float) -> None:
    """The worst gap of the calendar's cycle, counted in UTC."""
    assert longest_gap(full, incremental) == hours * 3600


def test_words() -> None:
    """Durations and intervals are read at a glance."""
    spans = [(0, 0), (0, 900), (20.1, 31.5), (0, None), (4, None)]
    shown = [interval(Interval(low=low, high=high)) for low, high in spans]
    assert shown == ["0s", "up to 15min", "20s to 32s", "unbounded", "4s or more"]
    assert [seconds(s) for s in (0.03, 2.5, 5400, 86400 * 30)] == ["30ms", "2.5s", "90min", "30d"]
    assert join(["a", "b", "c"]) == "a, b and c"


def test_a_term_without_end_makes_the_sum_endless() -> None:
    """The lower ends still add up."""
    terms = [
        Term(name="detect", low=1, high=2, source=""),
        Term(name="dns", low=1, high=None, source=""),
    ]
    assert total(terms) == Interval(low=2, high=None)


@pytest.mark.parametrize("look", [Forecast.scenario, lambda f, n: f.scenarios[0].database(n)])
def test_unknown_names(look: Callable[[Forecast, str], object]) -> None:
    """Asking for what is not there is a KeyError."""
    with pytest.raises(KeyError):
        look(forecast(topology()), "nothing")


def test_a_new_leader_is_alone_for_a_moment() -> None:
    """Two rounds of Patroni and a reconnection; not where it is strict, or nobody promotes."""
    found = forecast(topology())
    assert found.scenario("lose-site:binjiang").database("ledger-a").alone_for == 3.0
    assert found.scenario("lose-site:tianfu").database("ledger-a").alone_for == 0.0
    strict = ("commit: {mode: quorum, acks: 1}", "commit: {mode: quorum, acks: 1, strict: true}")
    assert after("lose-site:binjiang", strict).alone_for == 0.0
