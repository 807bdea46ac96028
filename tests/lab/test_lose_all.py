"""Every site destroyed with its disks: the runbook's own commands bring all back, top to end."""

import json
import shlex
from datetime import UTC, datetime, timedelta

import pytest

from tests.lab.deployment import Deployment
from tests.test_runbooks import blocks
from tricenter.lab import patroni
from tricenter.lab.backup import asking
from tricenter.lab.backup.definition import STATUS
from tricenter.lab.disk import host_folder
from tricenter.lab.host import power_off, run_in_host
from tricenter.lab.waits import until
from tricenter.topology.plan import Plan
from tricenter.topology.render.patroni import socket_folder
from tricenter.topology.render.runbook import page

pytestmark = [pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(1800)]

ASKS = {"up", "restore", "failback", "rejoin", "failover"}
"""Verbs that ask first."""
HARMLESS = {"cut", "isolate", "drop-table", "delete-backup", "lose-vault", "lose-witness",
            "lose-dns-provider"}  # fmt: skip
"""Scenarios whose pages are pasted on a lab that has lost nothing."""
READY_S = 300.0


def sql(deployment: Deployment, plan: Plan, database: str, statement: str) -> str:
    """What the leader answers."""
    planned = next(d for d in plan.databases if d.name == database)
    site = until(lambda: patroni.leader(deployment.lab, planned), READY_S, f"a lead of {database}")
    assert site is not None
    argv = ["psql", "-XAtq", "-h", socket_folder(database), "-d", "app", "-c", statement]
    return run_in_host(deployment.lab, site, argv, user="postgres", check=True).stdout.strip()


def type_in(deployment: Deployment, command: str) -> tuple[int, str]:
    """Do what a person does who pastes a line; exit code and output."""
    words = shlex.split(command)[1:]
    verb, rest = words[0], words[1:]
    own = [
        verb,
        "--stack",
        deployment.engine.stack,
        *(["--yes"] if verb in ASKS else []),
        *rest,
    ]
    done = deployment.plain(*own)
    return done.returncode, done.stdout + done.stderr


def test_the_page_of_lose_all_brings_everything_back(deployment: Deployment, plan: Plan) -> None:
    """Rows that were shipped are there again, led, copied, named, backed up; nothing else is."""
    lab, names = deployment.lab, [database.name for database in plan.databases]
    for name in names:
        sql(deployment, plan, name, "CREATE TABLE kept AS SELECT 1 AS id")
    keeper = asking.definitions(lab)[0].site
    until(lambda: shipments(deployment, keeper), READY_S, "the first shipment", every=1.0)
    count = shipments(deployment, keeper)
    pass_a_shipment(deployment, keeper)
    until(lambda: shipments(deployment, keeper) > count, READY_S, "a shipment", every=1.0)
    for host in lab.hosts():
        if host.kind == "site":
            power_off(lab, host.name)
            (host_folder(lab, host.name) / "disk.img").unlink()
    scenario = next(s for s in plan.scenarios if s.id == "lose-all")
    typed = list(blocks(page(plan, scenario)))
    assert [c for c in typed if c.startswith("tricenter restore")]
    for command in typed:
        code, said = type_in(deployment, command)
        is_look = command in ("tricenter status", "tricenter backups")
        assert code == 0 or is_look, f"{command}\n{said}"
        if command.startswith("tricenter exec"):
            assert said.strip(), f"{command} answered nothing"
        if command == "tricenter up":
            for name in names:
                asked = "SELECT count(*) FROM pg_class WHERE relname = 'kept'"
                assert sql(deployment, plan, name, asked) == "0", "it did not begin empty"
    for name in names:
        assert sql(deployment, plan, name, "SELECT array_agg(id) FROM kept") == "{1}"
    assert deployment.leaders() == {database.name: database.prefer for database in plan.databases}
    pass_a_shipment(deployment, keeper)
    until(lambda: shipments(deployment, keeper), READY_S, "a shipment after it", every=1.0)
    asking.release_clock(lab, keeper)
    until(lambda: well(deployment), READY_S, "all is well", every=2.0)
    refused = deployment.plain(
        *(
            "restore",
            "--stack",
            deployment.engine.stack,
            "--database",
            names[0],
            "--from",
            "cold-vault",
        ),
        *("--replace", "--yes"),
    )
    assert refused.returncode == 1 and "--discard-live gives them up" in refused.stderr
    assert deployment.verb("up")["steps"] == []


def test_pages_for_what_destroys_nothing(deployment: Deployment, plan: Plan) -> None:
    """Each command of these pages is carried out, one after the other; all is well afterwards."""
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    seen: set[str] = set()
    for scenario in (one for one in plan.scenarios if one.kind in HARMLESS):
        for command in blocks(page(plan, scenario)):
            typed = command.replace("2026-01-31 12:00:00+00", moment)
            if typed in seen:
                continue
            seen.add(typed)
            code, said = type_in(deployment, typed)
            # The archive may end before this moment: that is said, and is no fault of the command.
            ends = "The archive ends before the moment" in said
            assert code == 0 or ends, f"{scenario.id}: {typed}\n{said}"
    assert len(seen) > 8
    until(lambda: well(deployment), READY_S, "all is well", every=2.0)


def pass_a_shipment(deployment: Deployment, site: str) -> None:
    """Hand a site's scheduler a time at which a shipment is due."""
    said = run_in_host(deployment.lab, site, ["cat", STATUS], check=True).stdout
    now = datetime.fromisoformat(json.loads(said)["now"])
    asking.set_clock(deployment.lab, site, now + timedelta(minutes=16))


def shipments(deployment: Deployment, site: str) -> int:
    """How many shipments a site's scheduler has made."""
    entries = asking.journal(deployment.lab, site)
    own = (entry for entry in entries if entry.get("kind") == "ship")
    return sum(entry["event"] == "end" and entry["ok"] for entry in own)


def well(deployment: Deployment) -> bool:
    """Whether nothing is unwell."""
    return deployment.tricenter("status", "--format", "json").returncode == 0
