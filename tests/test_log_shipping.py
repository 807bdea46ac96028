"""What the log's shipping promises is what the programs do, and never less than they can."""

from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import runs
from tests.test_forecast import SOUND
from tricenter.lab.backup.definition import define
from tricenter.topology.addresses import readdress
from tricenter.topology.compile import compile_plan
from tricenter.topology.forecast import forecast
from tricenter.topology.forecast.copies import copies_of
from tricenter.topology.forecast.findings import find_broken_promises
from tricenter.topology.log_shipping import COPY, PUSH, log_age, pace_of
from tricenter.topology.render import cloud_init, patroni
from tricenter.topology.spec import Topology
from tricenter.topology.validate import validate

MIXED = (Path(__file__).parents[1] / "stacks/ledger-mixed.yaml").read_text(encoding="utf-8")
ASYNC = ("{mode: quorum, acks: 1}", "{mode: async}"), ("{voter: true}", "{}")


def shipped(within: str, *edits: tuple[str, str], text: str = SOUND) -> Topology:
    """A spec whose log is shipped within a time."""
    for old, new in (("ship: 15min", f"ship: {within}"), ("ship: 5min", f"ship: {within}"), *edits):
        text = text.replace(old, new)
    return validate(text)


@settings(max_examples=runs(15, 300), deadline=None)
@given(st.floats(1e-6, 1e7))
def test_the_lab_ships_within_what_is_forecast(ship: float) -> None:
    """The piece of the log ends, is pushed, waits for the next copy and is copied, in that time."""
    topology = shipped(f"{ship:.6f}s")
    plan = compile_plan(topology)
    member = next(f.text for f in patroni.files(plan) if f.path.startswith("binjiang/"))
    ends = yaml.safe_load(member)["postgresql"]["parameters"]["archive_timeout"]
    jobs = define(plan, "tianfu", {"cellar": "/x.img"}).jobs()
    every = next(job.every for job in jobs if job.kind == "ship") or 0.0
    copies = {c.place: c.age for c in copies_of(topology, "ledger-a", "binjiang", "lab")}
    assert ends + PUSH <= copies["tianfu"]
    assert ends + PUSH + every + 2 * COPY <= copies["cellar"]
    assert ship <= copies["tianfu"] + 1e-5


@pytest.mark.parametrize("within", ["1us", "7s", "20s", "5min", "2h"])
def test_machines_ship_within_what_is_forecast(within: str) -> None:
    """Their timer, with all that systemd may add to it: its delay and its accuracy."""
    topology = shipped(within, text=MIXED)
    plan = compile_plan(topology, "mixed")
    placed = readdress(plan)
    data = cloud_init.settings(placed, placed.host("jakarta-1"), "s")
    units = {file["path"]: file["content"] for file in data["write_files"]}
    timer = ConfigParser()
    timer.optionxform = str  # pyright: ignore[reportAttributeAccessIssue]
    timer.read_string(units["/etc/systemd/system/tricenter-ship.timer"])
    keys = ("OnUnitInactiveSec", "RandomizedDelaySec", "AccuracySec")
    pause = sum(int(timer["Timer"][key]) for key in keys)
    backup = topology.backups["nightly"]
    assert backup.log is not None
    ends = pace_of(backup.log.ship).archive_timeout
    copies = {c.place: c.age for c in copies_of(topology, "ledger-a", "jurong", "mixed")}
    assert ends + PUSH + pause + 2 * COPY <= copies["cold-vault"]
    if backup.log.ship >= 60:
        assert copies["cold-vault"] == backup.log.ship


def test_no_rpo_is_granted_by_writing_it() -> None:
    """A shipping of a microsecond keeps no RPO of one: the programs need seconds, and nothing
    enforces even those."""
    tiny = shipped("1us", ("rpo: 15min", "rpo: 1us"), *ASYNC)
    found = forecast(tiny)
    refused = {p.path for p in find_broken_promises(tiny, found) if p.id == "rpo-kept"}
    assert {("objectives", key, "rpo") for key in ("lose-city", "lose-all")} <= refused
    for scenario in ("lose-site:binjiang", "lose-city:hangzhou", "lose-all"):
        entry = found.scenario(scenario).database("ledger-a")
        assert entry.rpo.high is not None
        assert entry.rpo.high >= 6
        assert entry.rpo_bound is None, "an archive that fails never stops a commit"


def test_a_managed_service_keeps_its_log_in_its_region() -> None:
    """Snapshots alone leave it, so the loss of every site takes a day and more, whatever is stated;
    while the region stands, its log is what there is."""
    text = (Path(__file__).parents[1] / "stacks/ledger-aws.yaml").read_text(encoding="utf-8")
    topology = shipped("1us", text=text)
    found = forecast(topology, target="aws")
    lost = found.scenario("lose-all").database("ledger-a")
    assert lost.rpo.high is not None
    assert lost.rpo.high > 86400
    log = next(c for c in copies_of(topology, "ledger-a", "jurong", "aws") if c.has_log)
    assert (log.age, log.stands) == (300, {"jurong", "changi"})


@pytest.mark.parametrize("target", ["aws", "gcp"])
@pytest.mark.parametrize("daily", [7, 35, 60])
def test_five_minutes_for_the_loss_of_every_site_are_refused(target: str, daily: int) -> None:
    """One copy a day reaches the vault, however long each is kept and whatever the log does."""
    text = (Path(__file__).parents[1] / f"stacks/ledger-{target}.yaml").read_text(encoding="utf-8")
    edits = ("daily: 35", f"daily: {daily}"), ("lose-all: {rpo: 2d", "lose-all: {rpo: 5min")
    topology = shipped("5min", *edits, text=text)
    found = forecast(topology, target=target)
    for database in ("ledger-a", "ledger-b"):
        assert (found.scenario("lose-all").database(database).rpo.high or 0) >= 24 * 3600
    refused = find_broken_promises(topology, found)
    assert ("objectives", "lose-all", "rpo") in {one.path for one in refused}


def test_only_the_first_site_has_the_repository() -> None:
    """A second site in `copies` is given nothing, so no forecast counts on it."""
    topology = shipped("15min", ("copies: [tianfu, cellar]", "copies: [tianfu, xihu, cellar]"))
    places = [copy.place for copy in copies_of(topology, "ledger-a", "binjiang", "lab")]
    assert places == ["tianfu", "cellar"]


@given(st.floats(1e-6, 1e7), st.booleans())
def test_a_longer_promise_is_never_kept_sooner(ship: float, vault: bool) -> None:
    """The age grows with what is stated, and is at least that."""
    assert ship <= log_age(ship, vault=vault) <= log_age(ship * 2, vault=vault)
