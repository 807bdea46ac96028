"""The verbs on roles: what they accept, whom they move, what they refresh."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tricenter.cli.accepted_loss import AcceptedLoss, needed, read_accepted, words
from tricenter.cli.after_roles import database_urns, lost_regions, turned_urns
from tricenter.cli.role_change import Deployed, chosen, moves_to, perform
from tricenter.cli.stack_settings import StackSettingsError, read_stack_settings
from tricenter.roles.interface import DatabaseRoles, Loss, MemberRole, RoleError
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan
from tricenter.topology.validate import load

ROOT = Path(__file__).parent.parent


@dataclass
class Swapped:
    """Roles in memory: a switchover changes the leader, but not to a site in `dead`."""

    leads: dict[str, str]
    dead: set[str] = field(default_factory=set)

    def observe(self, plan: Plan) -> Mapping[str, DatabaseRoles]:
        """The leaders as they are now."""
        return {
            d.name: DatabaseRoles(
                database=d.name,
                leader=self.leads.get(d.name),
                members=tuple(
                    MemberRole(site=m.site, health="gone" if m.site in self.dead else "follows")
                    for m in d.members
                ),
            )
            for d in plan.databases
        }

    def switchover(self, plan: Plan, database: str, to: str) -> None:  # noqa: ARG002
        """Move, or say why not."""
        if to in self.dead:
            raise RoleError(f"{to} is not there")
        self.leads[database] = to


@pytest.fixture
def deployed() -> Deployed:
    """The example as if it were deployed."""
    settings = read_stack_settings(ROOT, "no-such-stack")
    plan = settings.plan()
    roles = Swapped({d.name: d.prefer for d in plan.databases})
    return Deployed(settings=settings, plan=plan, roles=roles, observed=roles.observe(plan))


@pytest.mark.parametrize("target", ["lab", "aws", "gcp", "mixed"])
def test_defaults_are_those_of_the_program(target: str, tmp_path: Path) -> None:
    """The verbs and `pulumi up` mean the same spec and target where nothing is configured."""
    from tricenter.components.settings import SettingsError, read_settings

    (tmp_path / "Pulumi.yaml").write_text("name: mine\n")
    with pytest.raises(SettingsError, match="topology.yaml"):
        read_settings(tmp_path)
    with pytest.raises(StackSettingsError, match="topology.yaml"):
        read_stack_settings(tmp_path, "dev")
    name = "ledger.yaml" if target == "lab" else f"ledger-{target}.yaml"
    (tmp_path / "topology.yaml").write_text((ROOT / "stacks" / name).read_text())
    program, verbs = read_settings(tmp_path), read_stack_settings(tmp_path, "dev")
    assert (Path(program.spec).resolve(), program.target_name) == (verbs.spec, verbs.target)
    assert verbs.target == target


def test_settings_are_read(tmp_path: Path) -> None:
    """Numbers and times of YAML are texts as Pulumi reads them; what is no YAML is an error."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: mine\nstackConfigDir: stacks\n")
    file = tmp_path / "stacks" / "Pulumi.prod.yaml"
    file.write_text(
        "config:\n  tricenter:target: aws\n  tricenter:spec: a.yaml\n"
        "  tricenter:expires: '2026-11-24T12:00:00+00:00'\n  tricenter:runId: 123456\n"
    )
    found = read_stack_settings(tmp_path, "prod")
    assert (found.target, found.spec) == ("aws", tmp_path / "a.yaml")
    assert (found.expires, found.run) == ("2026-11-24T12:00:00+00:00", "123456")
    file.write_text("config: [unclosed")
    with pytest.raises(StackSettingsError, match="Pulumi.prod.yaml is no YAML"):
        read_stack_settings(tmp_path, "prod")


def test_only_databases_led_elsewhere_move(deployed: Deployed) -> None:
    """A site that leads already needs nothing."""
    moves = moves_to(deployed, chosen(deployed, None), "xihu")
    assert [(m.database, m.before, m.to) for m in moves] == [("ledger-a", "binjiang", "xihu")]


def test_unknown_databases_and_sites_are_named(deployed: Deployed) -> None:
    """The message says what there is."""
    with pytest.raises(RoleError, match="no database 'x'; there are: ledger-a, ledger-b"):
        chosen(deployed, "x")
    with pytest.raises(RoleError, match="no copy in 'mars'; it has: binjiang, tianfu, xihu"):
        moves_to(deployed, ("ledger-a",), "mars")


def test_the_first_failure_ends_a_verb(deployed: Deployed) -> None:
    """What moved, what failed and what was not tried are told apart."""
    roles = deployed.roles
    roles.dead = {"tianfu"}
    moves = moves_to(deployed, chosen(deployed, None), "tianfu")
    done = perform(moves, lambda name, to: roles.switchover(deployed.plan, name, to))
    assert done.results == {"ledger-a": "failed", "ledger-b": "not tried"}
    assert (done.code, done.notes) == (1, ["tianfu is not there"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("5s", AcceptedLoss(seconds=5.0)),
        ("1.5min", AcceptedLoss(seconds=90.0)),
        ("200tx", AcceptedLoss(transactions=200)),
        ("unknown", AcceptedLoss(anything=True)),
        (None, AcceptedLoss()),
    ],
)
def test_accepted_losses_are_read(text: str | None, found: AcceptedLoss) -> None:
    """A duration, a number of transactions, or whatever it may be."""
    assert read_accepted(text) == found


@pytest.mark.parametrize("text", ["5", "", "tx", "-3tx", "all", "5 s", "1e3s"])
def test_other_texts_accept_nothing(text: str) -> None:
    """No text is taken for more than it says."""
    with pytest.raises(ValueError, match="is none of 5s"):
        read_accepted(text)


UPPER = st.none() | st.floats(0, 1e7)
COUNT = st.none() | st.integers(0, 10**6)
LOSSES = st.builds(Loss, seconds=UPPER, transactions=COUNT, source=st.just("a test"))


@given(LOSSES)
def test_the_loss_that_is_suggested_is_accepted(loss: Loss) -> None:
    """The flag that the refusal names lets the failover go on, and says no less than the loss."""
    assert read_accepted(needed(loss)).covers(loss)
    assert (words(loss) == "unknown") == (loss.seconds is None and loss.transactions is None)
    if loss.seconds is not None and loss.seconds > 5:
        # Where nobody leads it grows by a second each second, while somebody reads and types.
        later = replace(loss, seconds=loss.seconds + 45)
        assert read_accepted(needed(loss)).covers(later)


@given(LOSSES, st.floats(0, 1e7))
def test_less_than_the_loss_is_refused(loss: Loss, seconds: float) -> None:
    """Seconds accept a loss exactly if its upper end is known and not more."""
    covered = AcceptedLoss(seconds=seconds).covers(loss)
    sure = loss.seconds == 0 and loss.transactions == 0
    assert covered == (sure or (loss.seconds is not None and loss.seconds <= seconds))
    assert AcceptedLoss().covers(loss) == sure


def test_only_living_copies_are_refreshed() -> None:
    """Components, other capabilities and what stands in a lost site are left alone."""
    parent = "tricenter:index:Topology$tricenter:index:ReplicatedDatabase"

    def resource(types: str, name: str, custom: bool = True) -> dict[str, object]:
        return {"urn": f"urn:pulumi:dev::tricenter::{types}::{name}", "custom": custom}

    member = f"{parent}$tricenter:index:DatabaseMember$tricenter-lab:index:Member"
    state = {
        "resources": [
            resource(parent, "ledger-database-a", custom=False),
            resource(member, "ledger-xihu-member-a"),
            resource(member, "ledger-binjiang-member-a"),
            resource(f"{parent}$aws:rds/globalCluster:GlobalCluster", "ledger-database-a-global"),
            resource("tricenter:index:Topology$tricenter-lab:index:Host", "ledger-xihu-host"),
        ]
    }
    found = [urn.rpartition("::")[2] for urn in database_urns(state, "ledger", {"binjiang"})]
    assert found == ["ledger-xihu-member-a", "ledger-database-a-global"]
    assert database_urns({}, "ledger", ()) == []
    assert json.dumps(state)


def test_a_silent_region_is_not_asked_and_a_turned_name_is() -> None:
    """On AWS clusters and instances are named for their region; a record is of no place."""
    plan = compile_plan(load(ROOT / "stacks/ledger-aws.yaml"), "aws")
    gone = lost_regions(plan, {"jurong", "changi"})
    assert gone == {"ap-southeast-1"} and lost_regions(plan, {"jurong"}) == set()
    parent = "urn:pulumi:dev::t::tricenter:index:Topology$tricenter:index:ReplicatedDatabase"
    state = {
        "resources": [
            {
                "urn": f"{parent}$aws:rds/instance:Instance::ledger-{region}-instance-a",
                "custom": True,
            }
            for region in ("ap-southeast-1", "ap-northeast-1")
        ]
    }
    asked = {"urn": f"{parent}$aws:rds/globalCluster:GlobalCluster::ledger-database-a-global"}
    asked |= {"custom": True, "inputs": {"region": "ap-southeast-1"}}
    state["resources"].append(asked)
    (found,) = database_urns(state, "ledger", gone)
    assert found.endswith("ledger-ap-northeast-1-instance-a")
    on_rds = tuple(replace(database, service="rds") for database in plan.databases)
    record = {"urn": "own", "type": "aws:route53/record:Record"}
    names = {
        "resources": [
            record | {"inputs": {"name": plan.databases[0].writer}},
            record | {"urn": "other", "inputs": {"name": "api.pay.example.com"}},
        ]
    }
    assert turned_urns(names, replace(plan, databases=on_rds)) == ["own"]
    assert turned_urns(names, plan) == []


def test_what_is_inside_a_lost_instance_is_not_asked() -> None:
    """Users and schemas carry no site in their names, but the instance that has them may be lost;
    a copy elsewhere that refers to it is refreshed all the same."""
    parent = "urn:pulumi:dev::t::tricenter:index:Topology$tricenter:index:ReplicatedDatabase"
    kinds = {
        "ledger-kowloon-database-a": "gcp:sql/databaseInstance:DatabaseInstance",
        "ledger-tokyo-1-database-a": "gcp:sql/databaseInstance:DatabaseInstance",
        "ledger-user-a": "gcp:sql/user:User",
        "ledger-user-b": "gcp:sql/user:User",
    }
    urns = {name: f"{parent}${kind}::{name}" for name, kind in kinds.items()}
    held = {
        "ledger-user-a": "ledger-kowloon-database-a",
        "ledger-user-b": "ledger-tokyo-1-database-a",
        "ledger-tokyo-1-database-a": "ledger-kowloon-database-a",
    }
    state = {
        "resources": [
            {
                "urn": urns[name],
                "type": kind,
                "custom": True,
                "propertyDependencies": {"instance": [urns[held[name]]]} if name in held else {},
            }
            for name, kind in kinds.items()
        ]
    }
    found = {urn.rpartition("::")[2] for urn in database_urns(state, "ledger", {"kowloon"})}
    assert found == {"ledger-tokyo-1-database-a", "ledger-user-b"}
    assert len(database_urns(state, "ledger", ())) == 4
