"""A rehearsal: its order, its judgements, what it says when something is wrong, and its record."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tricenter.drills.checkers import find_checkers
from tricenter.drills.cloud import evidence, rehearsal
from tricenter.drills.cloud.course import Course
from tricenter.drills.cloud.leftovers import Leftover, Scan
from tricenter.drills.cloud.record import (
    CloudPart,
    Rehearsal,
    read_record,
    record_text,
    schema_text,
)
from tricenter.drills.cloud.rehearsal import Rehearse
from tricenter.drills.journal import Journal
from tricenter.drills.scenarios import NoSuchScenario
from tricenter.policies.records.drill import RecordError
from tricenter.policies.records.drill import read_record as read_drill_record
from tricenter.roles.interface import DatabaseRoles, Loss, RoleError
from tricenter.topology.plan import Plan
from tricenter.topology.validate import load

ROOT = Path(__file__).resolve().parent.parent.parent
Golden = Callable[[Path, str], None]
TOPOLOGY = load(ROOT / "stacks" / "ledger-aws.yaml")
STUCK = Leftover(
    stack="ledger-drill-a1b2c3", cloud="aws", kind="ec2 vpc", name="vpc-1", place="ap-southeast-1"
)


@dataclass
class World:
    """A cloud in memory: who leads, what a loss does to it, and everything that was asked of it."""

    leads: dict[str, str] = field(default_factory=dict[str, str])
    moves: bool = True
    asked: list[str] = field(default_factory=list[str])
    refuses: frozenset[str] = frozenset()
    silent: bool = False
    changes: tuple[str, ...] = ()
    left: Scan = field(default_factory=Scan)
    name: str = "pulumi"
    text: str = "in memory"

    def _do(self, what: str) -> None:
        self.asked.append(what)
        if what.partition(" ")[0] in self.refuses:
            raise RoleError(f"{what} is not allowed")

    def up(self) -> None:
        """The preferred sites lead."""
        self._do("up")
        self.leads = {name: d.prefer for name, d in TOPOLOGY.databases.items()}

    def down(self) -> None:
        """Everything goes."""
        self._do("down")

    def refreshed(self, plan: Plan, lost: Collection[str]) -> tuple[str, ...]:  # noqa: ARG002
        """What is left to change."""
        self._do("refresh")
        return self.changes

    def observe(self, plan: Plan) -> Mapping[str, DatabaseRoles]:  # noqa: ARG002
        """Who leads, unless nobody can be asked."""
        return {
            name: DatabaseRoles(database=name, leader=site, members=())
            for name, site in self.leads.items()
            if not self.silent
        }

    def expected_loss(self, plan: Plan, database: str, to: str) -> Loss:  # noqa: ARG002
        """Unknown."""
        return Loss(seconds=None, transactions=None, source="nobody knows")

    def switchover(self, plan: Plan, database: str, to: str) -> None:  # noqa: ARG002
        """A planned change."""
        self._do(f"switchover {database} {to}")
        self.leads[database] = to

    def failover(self, plan: Plan, database: str, to: str) -> None:  # noqa: ARG002
        """A forced change."""
        self._do(f"failover {database} {to}")
        self.leads[database] = to

    def fenced(self, plan: Plan) -> tuple[str, ...]:  # noqa: ARG002
        """None."""
        return ()

    def readmit(self, plan: Plan) -> tuple[str, ...]:  # noqa: ARG002
        """None."""
        return ()

    def prepare(self, plan: Plan) -> tuple[str, ...]:  # noqa: ARG002
        """Nothing."""
        return ()

    def strike(
        self,
        stack: str,
        plan: Plan,
        scenario: str,
        sites: tuple[str, ...],
        roles: Mapping[str, str],
        say: Callable[[str], None],
    ) -> None:
        """Lose sites; within a city a service moves what they led."""
        del stack, plan
        self._do(f"strike {scenario}")
        say(f"struck {scenario}")
        if self.moves and scenario.startswith("lose-site"):
            others = {"jurong": "changi", "changi": "jurong"}
            for name, site in roles.items():
                if site in sites:
                    self.leads[name] = others[site]

    def heal(self, stack: str, plan: Plan, say: Callable[[str], None]) -> None:
        """Nothing is broken any more."""
        del stack, plan, say
        self._do("heal")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    """A world in place of the cloud."""
    made = World()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("TRICENTER_OFFLINE", "1")

    def faults_of(cloud: str) -> World:
        assert cloud == "aws"
        return made

    def left(plan: Plan, stack: str) -> Scan:
        assert (plan.target, stack) == ("aws", "ledger-drill-a1b2c3")
        return made.left

    monkeypatch.setattr(rehearsal, "faults_of", faults_of)
    monkeypatch.setattr(rehearsal, "look_for_leftovers", left)
    monkeypatch.setattr(rehearsal, "OFFLINE_S", 0.0)
    return made


def rehearse(world: World, scenario: str, database: str | None = None) -> Rehearsal:
    """One rehearsal in a world, as its record."""
    journal = Journal(
        run="a1b2c3",
        scenario=scenario,
        spec="stacks/ledger-aws.yaml",
        stack="ledger-drill-a1b2c3",
        pulumi="drill-a1b2c3",
        engine="pulumi",
        expires="2026-11-24T12:00:00+00:00",
        process=1,
        target="aws",
        offline=True,
    )
    order = Rehearse(
        topology=TOPOLOGY, target="aws", scenario=scenario, database=database, keep=False
    )
    course, left = rehearsal.perform(order, journal, world, world, lambda _: None)
    clouds = (CloudPart(cloud="aws", emulated=True, text="AWS: emulated"),)
    assert isinstance(course, Course)
    return evidence.record_of(course, journal, clouds, left, ("tricenter drill run",))


def verdicts(record: Rehearsal) -> dict[str, str]:
    """The verdicts of a record by check."""
    return {check.id: str(check.verdict) for check in record.checks}


def test_a_lost_site_is_taken_over_by_the_service(world: World) -> None:
    """What it led moves by itself, goes back, and then the stack goes; nothing else is asked."""
    record = rehearse(world, "lose-site")
    assert record.scenario == "lose-site:jurong"
    assert set(verdicts(record).values()) == {"pass"}
    assert record.rehearsed == "pass"
    units = {unit.database: unit for unit in record.units}
    assert (units["ledger-a"].leader_after, units["ledger-a"].how) == ("changi", "service")
    assert (units["ledger-b"].leader_after, units["ledger-b"].how) == ("changi", "not")
    assert world.asked == [
        *("up", "strike lose-site:jurong", "refresh", "heal"),
        *("switchover ledger-a jurong", "refresh", "heal", "down"),
    ]


def test_a_lost_city_is_left_by_force(world: World) -> None:
    """The remote site is made to lead both, after the fault and before anything is healed."""
    record = rehearse(world, "lose-city")
    assert record.rehearsed == "pass"
    assert record.fault.sites == ("changi", "jurong")
    assert {unit.how for unit in record.units} == {"forced"}
    assert world.asked[1:5] == [
        *("strike lose-city:singapore", "failover ledger-a tokyo-1"),
        *("failover ledger-b tokyo-1", "refresh"),
    ]
    times = [event.at for event in record.events]
    assert times == sorted(times)


@pytest.mark.parametrize(
    ("change", "scenario", "check", "verdict"),
    [
        ({"moves": False}, "lose-site", "taken_over", "fail"),
        ({"refuses": frozenset({"failover"})}, "lose-city", "calls", "fail"),
        ({"refuses": frozenset({"strike"})}, "lose-site", "calls", "fail"),
        (
            {"changes": ("update ledger (Stack)",)},
            "lose-site",
            "preview_after_the_takeover",
            "fail",
        ),
        ({"left": Scan(found={STUCK})}, "lose-site", "nothing_left", "fail"),
        ({"left": Scan(unseen=["iam: not allowed"])}, "lose-site", "nothing_left", "unknown"),
        ({"silent": True}, "lose-site", "deployed", "unknown"),
        ({"silent": True}, "lose-city", "taken_over", "unknown"),
        ({"silent": True}, "lose-city", "others_stayed", "unknown"),
        ({"silent": True}, "lose-city", "failed_back", "unknown"),
    ],
)
def test_what_is_wrong_is_no_pass(
    world: World, change: dict[str, Any], scenario: str, check: str, verdict: str
) -> None:
    """Each fault of the world fails its check; the stack is taken away all the same."""
    for name, value in change.items():
        setattr(world, name, value)
    record = rehearse(world, scenario)
    assert verdicts(record)[check] == verdict
    assert record.rehearsed != "pass"
    assert world.asked[-2:] == ["heal", "down"]


def test_what_stands_in_the_way_before_is_an_error(world: World) -> None:
    """A deployment that fails gives no record, and leaves nothing."""
    world.refuses = frozenset({"up"})
    with pytest.raises(RoleError, match="up is not allowed"):
        rehearse(world, "lose-site")
    assert world.asked == ["up", "heal", "down"]


@pytest.mark.parametrize(
    ("scenario", "database", "text"),
    [
        ("lose-moon", None, "there are: lose-site, lose-city"),
        ("lose-city:tokyo", "ledger-a", "led from singapore"),
        ("lose-city:atlantis", None, "there are: singapore, tokyo"),
        ("lose-site:atlantis", None, "no site 'atlantis'"),
    ],
)
def test_what_cannot_be_struck_is_named(
    world: World, scenario: str, database: str | None, text: str
) -> None:
    """Wrong names are answered with the right ones."""
    with pytest.raises(NoSuchScenario, match=text):
        rehearse(world, scenario, database)


def test_nothing_is_measured(world: World, tmp_path: Path) -> None:
    """Every check of clients is unknown, and the file is not one that a drill's reader takes."""
    record = rehearse(world, "lose-site")
    assert {check.id for check in record.unmeasured} == set(find_checkers())
    assert {str(check.verdict) for check in record.unmeasured} == {"unknown"}
    assert record.measured == "unknown"
    result = evidence.write(tmp_path, record)
    assert read_record(result.record_path) == record
    with pytest.raises(RecordError, match="no drill record"):
        read_drill_record(result.record_path)
    page = result.report_path.read_text(encoding="utf-8")
    assert "This is a rehearsal, no measurement" in page
    assert "Forecast, not measured" in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_schema_is_published(world: World, golden: Golden) -> None:
    """Records follow the schema in docs/, which changes only on purpose."""
    golden(ROOT / "docs" / "schema" / "rehearsal-record.v1.json", schema_text())
    record = rehearse(world, "lose-city")
    jsonschema.validate(json.loads(record_text(record)), json.loads(schema_text()))
