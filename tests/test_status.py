"""How `tricenter status` tells what is wrong, from statuses made by hand."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tricenter.cli import status as command
from tricenter.lab.observed import DatabaseStatus, HostStatus, MemberStatus, ServerStatus, Status
from tricenter.lab.promises import promises, rests_on
from tricenter.lab.stack import Stack
from tricenter.lab.unwell import Unwell
from tricenter.lab.unwell.kinds import hosts as hosts_kind
from tricenter.lab.unwell.kinds import members, names, voices
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan
from tricenter.topology.validate import load

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan of the example."""
    return compile_plan(load(ROOT / "stacks/ledger.yaml"))


@pytest.fixture
def well(plan: Plan) -> Status:
    """A stack of which nothing is wrong."""
    hosts = tuple(
        HostStatus(
            name=host.name, city=host.city, on=True, voice=True, services=("etcd", "pdns"), down=(),
            memory=150 << 20,
        )
        for host in plan.hosts
    )  # fmt: skip
    databases = tuple(
        DatabaseStatus(
            name=database.name,
            leader=database.prefer,
            members=tuple(
                MemberStatus(
                    site=member.site,
                    role="leader" if member.site == database.prefer else "replica",
                    state="streaming",
                    settled=True,
                    sync=member.site != database.prefer,
                    lag=None if member.site == database.prefer else 2048,
                    timeline=1,
                )
                for member in database.members
            ),
        )
        for database in plan.databases
    )
    answers: dict[str, tuple[str, ...] | None] = {}
    for database in plan.databases:
        answers |= {
            database.writer: tuple(
                m.address for m in database.members if m.site == database.prefer
            ),
            database.reader: tuple(
                m.address for m in database.members if m.site != database.prefer
            ),
        }
    answers["api.pay.example.com"] = plan.zone.records[0].addresses[0][1]
    servers = tuple(
        ServerStatus(site=s.site, provider=s.provider, answers=tuple(answers.items()))
        for s in plan.zone.servers
    )
    return Status(
        stack="ledger-dev", topology="ledger", hosts=hosts, databases=databases, servers=servers
    )  # fmt: skip


def unwell(plan: Plan, status: Status) -> tuple[Unwell, ...]:
    """What the kinds say that need nothing but the status itself."""
    kinds = (hosts_kind, voices, members, names)
    return tuple(e for kind in kinds for e in kind.find(Stack(status.stack), plan, status))


def found(plan: Plan, status: Status) -> list[str]:
    """The sentences about a status."""
    return [entry.says for entry in unwell(plan, status)]


def test_a_lost_voice_breaks_the_promise_of_the_next_loss(plan: Plan, well: Status) -> None:
    """With two of three voices nothing takes over after one more loss; what is lost stays zero."""
    hosts = (replace(well.hosts[0], voice=False), *well.hosts[1:])
    status = replace(well, hosts=hosts)
    said = promises(plan, unwell(plan, status))
    broken = {(p.scenario, p.measure) for p in said if not p.kept}
    assert ("lose-site", "rto") in broken
    assert ("lose-site", "rpo") not in broken
    assert all(p.kept for p in promises(plan, unwell(plan, well)))


def test_what_a_promise_rests_on(plan: Plan) -> None:
    """No loss at all rests on commits, some loss on the archive, a restore on backups."""
    on = {o.scenario: rests_on(o)["rpo"] for o in plan.objectives}
    assert on["lose-site"] == ("commits",)
    assert on["lose-city"] == ("archive",)
    assert on["lose-all"] == ("archive", "restore")


def test_what_breaks_is_said_with_the_promise(plan: Plan, well: Status) -> None:
    """A promise that is not kept shows so in the text, and has its reasons in JSON."""
    hosts = (replace(well.hosts[0], on=False, voice=False, services=()), *well.hosts[1:])
    status = replace(well, hosts=hosts)
    broken = unwell(plan, status)
    status = replace(status, unwell=broken, promises=promises(plan, broken))
    shown = command._printed(status, plan, "text")
    assert "not kept now" in shown
    assert "no-power" in shown
    data = json.loads(command._printed(status, plan, "json"))
    assert {entry["code"] for entry in data["unwell"]} >= {"no-power"}
    assert any("has no power" in why for p in data["promises"] for why in p["why"])


def test_a_well_stack_has_no_problems(plan: Plan, well: Status) -> None:
    """Where everything runs and every server names the leaders, there is nothing to say."""
    assert found(plan, well) == []


def test_each_loss_is_said(plan: Plan, well: Status) -> None:
    """A site without power, a dead voice and a dead service are told apart."""
    first, second, third = well.hosts
    hosts = (
        replace(first, on=False, voice=False, services=()),
        replace(second, voice=False),
        replace(third, down=("pdns",)),
    )
    said = found(plan, replace(well, hosts=hosts))
    assert f"{first.name} has no power" in said
    assert f"the voice of {second.name} does not serve" in said
    assert f"pdns is down in {third.name}" in said
    assert len(said) == 3


def test_a_database_without_leader_is_said(plan: Plan, well: Status) -> None:
    """No leader means no writes, and a name that still has an answer is wrong."""
    first, *others = well.databases
    lost = replace(first, leader=None)
    said = found(plan, replace(well, databases=(lost, *others)))
    assert f"{first.name} has no leader: no writes" in said
    assert len(said) == 1 + len(well.servers)


def test_wrong_writer_is_said(plan: Plan, well: Status) -> None:
    """A server that names another site than the leader's, or nobody, is named itself."""
    server = well.servers[0]
    writer = plan.databases[0].writer
    for answer, word in (((), "nobody"), (("10.9.9.9",), "10.9.9.9")):
        answers = tuple((n, answer if n == writer else a) for n, a in server.answers)
        servers = (replace(server, answers=answers), *well.servers[1:])
        said = found(plan, replace(well, servers=servers))
        assert said == [f"{server.site} names {word} as the writer of {plan.databases[0].name}"]


def test_silent_server_is_one_problem(plan: Plan, well: Status) -> None:
    """A server that answers nothing is said once, not for every name."""
    server = well.servers[0]
    silent = replace(server, answers=tuple((name, None) for name, _ in server.answers))
    said = found(plan, replace(well, servers=(silent, *well.servers[1:])))
    assert said == [f"the name server of {server.site} does not answer"]


def test_text_names_sites_and_json_has_addresses(plan: Plan, well: Status) -> None:
    """People read sites, programs get the addresses as they were answered."""
    shown = command._printed(well, plan, "text")
    assert "ledger-a-rw.pay.example.com  binjiang" in shown
    assert "binjiang x2" in shown
    assert shown.rstrip().endswith("all is well")
    data = json.loads(command._printed(well, plan, "json"))
    assert data["format"] == command.FORMAT
    assert data["servers"][0]["answers"]["ledger-a-rw.pay.example.com"] == ["10.77.1.11"]
    assert "| ledger-a | binjiang | leader |" in command._printed(well, plan, "markdown")


def test_a_leader_elsewhere_is_told_with_the_verb(plan: Plan, well: Status) -> None:
    """It is no fault, but nobody should learn of it by chance."""
    first = plan.databases[0]
    other = next(m.site for m in first.members if m.site != first.prefer)
    moved = replace(well.databases[0], leader=other)
    shown = command._printed(replace(well, databases=(moved, *well.databases[1:])), plan, "text")
    said = f"{first.name} is led by {other}, and prefers {first.prefer}: tricenter failback"
    assert said in shown and shown.rstrip().endswith("all is well")
    assert "failback" not in command._printed(well, plan, "text")


def test_nothing_is_well_that_nobody_has_seen(plan: Plan, well: Status) -> None:
    """With lags that are not known it is said whose, and not that all is well."""
    blind = replace(
        well.databases[0],
        members=tuple(replace(member, lag=None) for member in well.databases[0].members),
    )
    shown = command._printed(replace(well, databases=(blind, *well.databases[1:])), plan, "text")
    assert f"not known how far behind: {blind.name} in " in shown
    assert "all is well" not in shown
