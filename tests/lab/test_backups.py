"""Backups on a real lab: they fire by a clock handed in, expire, and are restored for proof."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tricenter.cli.app import run
from tricenter.lab.backup import asking
from tricenter.lab.backup.definition import STATUS
from tricenter.lab.deploy import deploy
from tricenter.lab.disk import loop_devices, mounts, run_tool
from tricenter.lab.errors import LabError
from tricenter.lab.host import power_off, run_in_host
from tricenter.lab.patroni import leader
from tricenter.lab.service import signal_service
from tricenter.lab.services.vault import image_of
from tricenter.lab.stack import Stack
from tricenter.lab.sweep import leftovers, sweep
from tricenter.lab.waits import until
from tricenter.topology.compile import compile_plan
from tricenter.topology.cron import fires
from tricenter.topology.plan import Plan
from tricenter.topology.render.patroni import socket_folder
from tricenter.topology.validate import load

pytestmark = [pytest.mark.lab, pytest.mark.timeout(900), pytest.mark.xdist_group("backups")]

EXAMPLE = Path(__file__).parents[2] / "stacks" / "ledger.yaml"
DATABASE, HOME, VAULT = "ledger-a", "tianfu", "cold-vault"
INCREMENTAL = "0 2 * * 1-6"
READY = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """A lab with one database, its plan, and shorthands."""

    stack: Stack
    plan: Plan

    def sql(self, statement: str) -> str:
        """The leader's answer; a statement may be repeated until there is a leader."""
        return until(lambda: self._try(statement), READY, f"an answer to {statement}")[0]

    def _try(self, statement: str) -> tuple[str] | None:
        site = leader(self.stack, self.plan.databases[0])
        try:
            return (self.ask(site, socket_folder(DATABASE), statement),) if site else None
        except LabError:
            return None

    def ask(self, site: str, socket: str, statement: str) -> str:
        """The answer of the server behind a socket."""
        argv = ["psql", "-XAtq", "-h", socket, "-d", "app", "-c", statement]
        return run_in_host(self.stack, site, argv, user="postgres", check=True).stdout.strip()

    def journal(self, kind: str, event: str = "end") -> list[dict[str, Any]]:
        """The events of a kind of job; of the ends only the successes."""
        entries = (dict(entry) for entry in asking.journal(self.stack, HOME))
        own = (e for e in entries if e["event"] == event and e["kind"] == kind)
        return [entry for entry in own if event != "end" or entry["ok"]]

    def now(self) -> datetime:
        """What the scheduler's clock shows."""
        said = run_in_host(self.stack, HOME, ["cat", STATUS], check=True).stdout
        return datetime.fromisoformat(json.loads(said)["now"])

    def next_incremental(self) -> datetime:
        """When the next incremental backup is due."""
        now = self.now()
        return next(iter(fires(INCREMENTAL, now, now + timedelta(days=3))))

    def mount_count(self) -> int:
        """How often the vault's disk was mounted for writing, as it says itself."""
        said = run_tool(["dumpe2fs", "-h", str(image_of(self.stack, VAULT))])
        found = next(line for line in said.splitlines() if line.startswith("Mount count:"))
        return int(found.rpartition(":")[2])

    def attached(self) -> bool:
        """Whether the vault is mounted anywhere: in the repository's site, or outside."""
        inside = run_in_host(self.stack, HOME, ["cat", "/proc/mounts"], check=True).stdout
        devices = loop_devices(image_of(self.stack, VAULT))
        return "/run/vault/" in inside or any(source in devices for _, source in mounts())


def small_spec(folder: Path) -> Path:
    """The example with one database in two sites, and a retention that a test can live through."""
    spec = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    spec["name"] = "bak"
    spec["databases"] = {
        DATABASE: {
            "prefer": "binjiang",
            "load": {"tps": 100, "connections": 50},
            "commit": {"mode": "async"},
            "replicas": {HOME: {"voter": False}},
        }
    }
    spec["backups"]["nightly"] |= {
        "of": [DATABASE],
        "schedule": {"full": "0 2 * * 0", "incremental": INCREMENTAL},
        "keep": {"daily": 2, "weekly": 1, "monthly": 0},
        "immutable": "10d",
    }
    for key in ("partners", "objectives", "standards", "failover"):
        spec.pop(key, None)
    path = folder / "bak.yaml"
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """A deployed lab with its first full backup taken and shipped; swept at the end."""
    stack = Stack(f"bak-{uuid.uuid4().hex[:6]}")
    plan = compile_plan(load(small_spec(tmp_path_factory.mktemp("spec"))))
    made = Deployed(stack=stack, plan=plan)
    stack.create(kind="drill")
    try:
        deploy(stack, plan)
        until(lambda: made.journal("ship"), READY, "the first shipment", every=0.5)
        made.sql("CREATE TABLE IF NOT EXISTS kept (id int PRIMARY KEY)")
        yield made
    finally:
        sweep(stack.id)
        assert leftovers(stack.id) == ()


def restore(
    lab: Deployed, capsys: pytest.CaptureFixture[str], *options: str
) -> tuple[int, dict[str, Any]]:
    """The exit code and data of `tricenter restore`."""
    capsys.readouterr()
    own = ["--stack", lab.stack.id, "--database", DATABASE, "--format", "json"]
    code = run(["restore", *own, *options])
    said = capsys.readouterr()
    assert said.out, said.err
    return code, json.loads(said.out)


def test_an_incremental_fires_by_the_clock_handed_in(lab: Deployed) -> None:
    """The first full is taken at once, an incremental when its hour comes, and it is shipped."""
    assert len(lab.journal("full")) == 1
    assert not lab.journal("incremental")
    hour = lab.next_incremental()
    shipped = len(lab.journal("ship"))
    asking.set_clock(lab.stack, HOME, hour)
    asking.wait_quiet(lab.stack, HOME, hour)
    fired = [datetime.fromisoformat(entry["fire"]) for entry in lab.journal("incremental")]
    assert fired == [hour]
    assert len(lab.journal("ship")) > shipped


def test_the_vault_is_attached_only_while_it_is_written(lab: Deployed) -> None:
    """A shipment mounts it, and before and after it is mounted nowhere."""
    asking.wait_quiet(lab.stack, HOME, lab.now())
    assert not lab.attached()
    ended, mounted = len(lab.journal("ship")), lab.mount_count()
    asking.set_clock(lab.stack, HOME, lab.now() + timedelta(minutes=16))
    until(lambda: len(lab.journal("ship")) > ended, READY, "the end of a shipment")
    asking.wait_quiet(lab.stack, HOME, lab.now())
    assert lab.mount_count() > mounted, "the disk itself says that it was mounted"
    assert not lab.attached()


def test_what_is_in_the_vault_cannot_be_removed(lab: Deployed) -> None:
    """Even root's rm fails while the time of immutability lasts."""
    device = loop_devices(image_of(lab.stack, VAULT))[0]
    script = "mkdir -p /run/try && mount $0 /run/try && rm -rf /run/try/pool; umount /run/try"
    said = run_in_host(lab.stack, HOME, ["sh", "-c", script, device])
    assert "Operation not permitted" in said.stderr
    found = asking.inventory(lab.stack)
    labels = {p["place"]: {b["label"] for b in p["backups"]} for p in found}
    assert labels[VAULT] == labels[HOME] != set()


def test_a_restore_goes_to_the_moment(lab: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows committed before the moment are there, and rows after it are not."""
    lab.sql("INSERT INTO kept VALUES (1) ON CONFLICT DO NOTHING")
    moment = lab.sql("SELECT to_json(clock_timestamp())#>>'{}'")
    lab.sql("INSERT INTO kept VALUES (2) ON CONFLICT DO NOTHING")
    code, found = restore(lab, capsys, "--to", moment, "--keep")
    try:
        assert (code, found["reached"], found["site"]) == (0, True, HOME)
        assert datetime.fromisoformat(found["recovered"]) <= datetime.fromisoformat(moment)
        assert lab.ask(HOME, found["folder"], "SELECT array_agg(id) FROM kept") == "{1}"
        assert lab.ask(HOME, found["folder"], "SHOW archive_mode") == "off"
        assert found["connect"]
    finally:
        assert run(["restore", "--stack", lab.stack.id, "--drop", found["name"]]) == 0
    assert lab.sql("SELECT count(*) FROM kept") == "2", "the live database was touched"


def test_a_moment_that_the_archive_does_not_reach_is_said(
    lab: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is committed after the moment: the newest state is opened, exit code 1."""
    moment = datetime.now(UTC).isoformat()
    code, found = restore(lab, capsys, "--to", moment)
    assert (code, found["reached"]) == (1, False)
    assert not run_in_host(lab.stack, HOME, ["ls", "/srv/scratch"]).stdout


def test_kill_9_loses_no_backup(lab: Deployed) -> None:
    """Killed in the middle of a backup, the scheduler takes it again, once."""
    hour = lab.next_incremental()
    begun = len(lab.journal("incremental", "start"))
    asking.set_clock(lab.stack, HOME, hour)
    until(lambda: len(lab.journal("incremental", "start")) > begun, READY, "the backup's start")
    signal_service(lab.stack, HOME, "schedule", "SIGKILL")
    asking.wait_quiet(lab.stack, HOME, hour + timedelta(milliseconds=1))
    fired = [entry for entry in lab.journal("incremental") if entry["fire"] == hour.isoformat()]
    assert len(fired) == 1
    assert len(lab.journal("incremental", "start")) >= begun + 2
    assert not lab.attached()


@pytest.mark.long
def test_weeks_pass_and_backups_expire(lab: Deployed) -> None:
    """A night and weeks: old backups go, what others need stays."""
    now = lab.now()
    asking.pass_time(lab.stack, HOME, now, now + timedelta(days=1))
    for _ in range(3):
        later = lab.now() + timedelta(days=8)
        asking.set_clock(lab.stack, HOME, later)
        asking.wait_quiet(lab.stack, HOME, later)
    expired = [label for entry in lab.journal("retain") for label in entry["expired"]]
    assert expired
    here = next(place for place in asking.inventory(lab.stack) if place["place"] == HOME)
    labels = {backup["label"] for backup in here["backups"]}
    assert labels.isdisjoint(expired)
    for label in labels:
        assert label.partition("_")[0] in labels, "an incremental without its full"
    tests = lab.journal("restore-test")
    assert tests
    assert all(test["checksums"] == 1 and test["tables"] > 0 for test in tests)
    assert all(entry["ok"] for entry in asking.journal(lab.stack, HOME) if _retained(entry))


def _retained(entry: Any) -> bool:
    return entry["event"] == "end" and entry["kind"] in ("retain", "restore-test")


def test_the_vault_alone_suffices(lab: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    """With the repository's site destroyed, the database comes back from the vault."""
    lab.sql("INSERT INTO kept VALUES (3) ON CONFLICT DO NOTHING")
    shipped = len(lab.journal("ship"))
    asking.set_clock(lab.stack, HOME, lab.now() + timedelta(minutes=16))
    until(lambda: len(lab.journal("ship")) > shipped, READY, "a shipment")
    asking.wait_quiet(lab.stack, HOME, lab.now())
    power_off(lab.stack, HOME)
    with pytest.raises(LabError, match=f"--from {VAULT}"):
        asking.choose_source(lab.stack, DATABASE, None, None)
    code, found = restore(lab, capsys, "--from", VAULT, "--keep")
    assert (code, found["from"]) == (0, VAULT)
    rows = lab.ask(found["site"], found["folder"], "SELECT array_agg(id ORDER BY id) FROM kept")
    assert rows == "{1,2,3}"
    left = run_in_host(lab.stack, found["site"], ["sh", "-c", "ls /run/restore; mount"], check=True)
    assert "/run/vault" not in left.stdout
    assert DATABASE not in left.stdout.partition("\n")[0], "the key was left behind"
