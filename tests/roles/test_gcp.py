"""Roles of Cloud SQL, changed by REST against the emulated Google Cloud."""

import dataclasses
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import runs
from tricenter.roles.gcp import open_roles
from tricenter.roles.gcp.asking import Instances
from tricenter.roles.gcp.instances import PRIMARY
from tricenter.roles.gcp.rest import Google, Silent
from tricenter.roles.interface import RoleError, Unfollowed, leaders
from tricenter.topology.cloudsql_settings import leader_settings
from tricenter.topology.gcp_names import gcp_name
from tricenter.topology.managed_instances import instance_of, managed_instances
from tricenter.topology.plan import Plan

pytestmark = pytest.mark.usefixtures("emulated_gcp")

NUMBERS = itertools.count(1)


def new_stack() -> str:
    """A stack that no other test has."""
    return f"ledger-t{next(NUMBERS)}"


def path_of(stack: str, site: str, database: str) -> str:
    """Where an instance is."""
    return f"projects/tricenter-offline/instances/{gcp_name(stack, site, database)}"


def make_databases(plan: Plan, stack: str) -> None:
    """The instances of each database, as the components make them: the preferred one first."""
    google = Google()
    for database in plan.databases:
        instances = managed_instances(plan, database)
        first = instance_of(instances, database.prefer)
        for instance in sorted(instances, key=lambda one: one != first):
            own: dict[str, Any] = {}
            if instance == first:
                own = leader_settings(plan, database, instances, instance.site)
            body = {
                "name": gcp_name(stack, instance.site, database.name),
                "region": instance.region,
                "databaseVersion": "POSTGRES_17",
                "settings": {
                    "tier": "db-perf-optimized-N-2",
                    "edition": "ENTERPRISE_PLUS",
                    "availabilityType": "REGIONAL",
                    "locationPreference": {
                        "zone": instance.zone,
                        **({"secondaryZone": instance.second_zone} if instance.second_zone else {}),
                    },
                    "ipConfiguration": {"ipv4Enabled": True},
                    **own,
                },
            }
            if instance != first:
                body["masterInstanceName"] = gcp_name(stack, first.site, database.name)
            project = "projects/tricenter-offline"
            operation = google.change("POST", "SQL", f"{project}/instances", body)
            google.wait("SQL", f"{project}/operations/{operation['name']}")


@pytest.fixture
def stack(gcp_plan: Plan) -> str:
    """Databases that nobody has touched since they were made."""
    name = new_stack()
    make_databases(gcp_plan, name)
    return name


def preferred(plan: Plan) -> dict[str, str]:
    """Who leads before any verb."""
    return {database.name: database.prefer for database in plan.databases}


def sites(plan: Plan) -> tuple[list[str], str]:
    """The two sites of the city, and the remote one."""
    instances = managed_instances(plan, plan.databases[0])
    city = next(i for i in instances if len(i.sites) == 2)
    return list(city.sites), next(i.site for i in instances if i != city)


def test_nothing_is_observed_where_nothing_is(gcp_plan: Plan) -> None:
    """Before the first deployment nobody leads, and no request fails."""
    assert open_roles(new_stack()).observe(gcp_plan) == {}


def test_preparing_names_the_replica_once(gcp_plan: Plan, stack: str) -> None:
    """The replica for disasters is named after the deployment, and never again."""
    roles = open_roles(stack)
    assert leaders(roles.observe(gcp_plan)) == preferred(gcp_plan)
    assert len(roles.prepare(gcp_plan)) == len(gcp_plan.databases)
    assert roles.prepare(gcp_plan) == ()


def test_databases_move_and_come_back(gcp_plan: Plan, stack: str) -> None:
    """Planned and forced, between zones and regions; each new leader has what only a leader has."""
    roles, google = open_roles(stack), Google()
    city, remote = sites(gcp_plan)
    database = gcp_plan.databases[0]
    instances = managed_instances(gcp_plan, database)
    for verb, site in (
        ("switchover", remote),
        ("switchover", city[0]),
        ("switchover", city[1]),
        ("failover", remote),
        ("failover", remote),
        ("switchover", city[0]),
    ):
        getattr(roles, verb)(gcp_plan, database.name, site)
        observed = roles.observe(gcp_plan)
        assert leaders(observed) == {**preferred(gcp_plan), database.name: site}
        leading = instance_of(instances, site)
        found = google.get("SQL", path_of(stack, leading.site, database.name))
        wanted = leader_settings(gcp_plan, database, instances, leading.site)
        backup = found["settings"]["backupConfiguration"]
        assert backup["location"] == wanted["backupConfiguration"]["location"]
        other = next(i for i in instances if i != leading)
        named = found["replicationCluster"]["failoverDrReplicaName"]
        assert named.rpartition(":")[2] == gcp_name(stack, other.site, database.name)
        follower = google.get("SQL", path_of(stack, other.site, database.name))
        assert follower["settings"]["activationPolicy"] == "ALWAYS"


def test_the_loss_is_nothing_inside_and_unknown_without_monitoring(
    gcp_plan: Plan, stack: str
) -> None:
    """The second zone has each commit; nobody offline measures the lag of another region."""
    roles = open_roles(stack)
    city, remote = sites(gcp_plan)
    assert roles.expected_loss(gcp_plan, "ledger-a", city[1]).seconds == 0
    loss = roles.expected_loss(gcp_plan, "ledger-a", remote)
    assert (loss.seconds, loss.transactions) == (None, None)


def test_one_that_was_never_named_is_named_first(gcp_plan: Plan, stack: str) -> None:
    """Without `prepare` there is no pair yet; a leader that answers still names its replica."""
    roles = open_roles(stack)
    _, remote = sites(gcp_plan)
    roles.failover(gcp_plan, "ledger-a", remote)
    seen = roles.observe(gcp_plan)["ledger-a"]
    assert {m.health for m in seen.members if m.site != remote} == {"follows"}


def test_without_a_pair_it_is_promoted_alone(
    gcp_plan: Plan, stack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lost leader names nobody: the old leader is stopped if it is reached, so that one leads."""

    def silent(*_: object) -> bool:
        raise Silent("the region does not answer")

    monkeypatch.setattr(Instances, "name_replica", silent)
    roles = open_roles(stack)
    city, remote = sites(gcp_plan)
    roles.failover(gcp_plan, "ledger-a", remote)
    seen = roles.observe(gcp_plan)["ledger-a"]
    assert seen.leader == remote
    assert {m.health for m in seen.members if m.site != remote} == {"gone"}
    assert roles.fenced(gcp_plan) == tuple(sorted(city))
    monkeypatch.setattr("tricenter.roles.gcp.old_leader.OFFLINE_S", 0.3)
    with pytest.raises(RoleError, match="never does: delete ledger-"):
        roles.readmit(gcp_plan)


def stop(stack: str, site: str, database: str, policy: str = "NEVER") -> None:
    """Lose an instance, or have it back: it is stopped, as a drill does it."""
    google, body = Google(), {"settings": {"activationPolicy": policy}}
    operation = google.change("PATCH", "SQL", path_of(stack, site, database), body)
    google.wait("SQL", f"projects/tricenter-offline/operations/{operation['name']}")


def test_a_lost_leader_is_let_in_again(gcp_plan: Plan, stack: str) -> None:
    """Its region is gone at the failover: it is shown as shut out, and no `up` harms. Once it is
    there it follows, is named for the next disaster, and can lead again."""
    roles, google = open_roles(stack), Google()
    roles.prepare(gcp_plan)
    city, remote = sites(gcp_plan)
    old = instance_of(managed_instances(gcp_plan, gcp_plan.databases[0]), city[0]).site
    stop(stack, old, "ledger-a")
    roles.failover(gcp_plan, "ledger-a", remote)
    seen = roles.observe(gcp_plan)["ledger-a"]
    assert seen.leader == remote
    assert {m.site: m.health for m in seen.members if m.site in city} == dict.fromkeys(city, "gone")
    assert roles.fenced(gcp_plan) == tuple(sorted(city))
    assert roles.prepare(gcp_plan) == ()
    # Nothing but its start makes it follow, and that by an operation of the service's own.
    assert (
        google.get("SQL", path_of(stack, old, "ledger-a"))["instanceType"] == "CLOUD_SQL_INSTANCE"
    )
    assert roles.readmit(gcp_plan) == tuple(sorted(city))
    assert roles.fenced(gcp_plan) == ()
    assert roles.prepare(gcp_plan) == ()
    kinds = [
        one["operationType"]
        for one in google.get(
            "SQL", "projects/tricenter-offline/operations",
            instance=gcp_name(stack, old, "ledger-a"),
        )["items"]
    ]  # fmt: skip
    assert "RECONFIGURE_OLD_PRIMARY" in kinds
    roles.switchover(gcp_plan, "ledger-a", city[0])
    assert leaders(roles.observe(gcp_plan)) == preferred(gcp_plan) | {"ledger-a": city[0]}


def test_two_that_say_they_lead(
    gcp_plan: Plan, stack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old leader is back but does not follow yet: the promoted one leads, and is not lost."""
    roles, google = open_roles(stack), Google()
    roles.prepare(gcp_plan)
    city, remote = sites(gcp_plan)
    old = instance_of(managed_instances(gcp_plan, gcp_plan.databases[0]), city[0]).site
    stop(stack, old, "ledger-a")
    roles.failover(gcp_plan, "ledger-a", remote)
    monkeypatch.setattr("tricenter.offline.gcp.server.sql.returning.LASTS_S", 1000.0)
    stop(stack, old, "ledger-a", "ALWAYS")
    found = google.get("SQL", path_of(stack, old, "ledger-a"))
    assert (found["instanceType"], found["settings"]["activationPolicy"]) == (PRIMARY, "ALWAYS")
    seen = roles.observe(gcp_plan)["ledger-a"]
    assert seen.leader == remote
    assert {m.health for m in seen.members if m.site in city} == {"gone"}
    assert roles.prepare(gcp_plan) == ()
    monkeypatch.setattr("tricenter.roles.gcp.old_leader.OFFLINE_S", 0.3)
    with pytest.raises(Unfollowed):
        roles.failover(gcp_plan, "ledger-a", remote)


def points(values: list[float], kind: str, newest_s: float = 60.0) -> dict[str, Any]:
    """A series of Monitoring, the newest first, one each minute."""
    now = datetime.now(UTC)
    shown = [str(int(v)) if kind == "int64Value" else v for v in values]
    return {
        "timeSeries": [
            {
                "points": [
                    {
                        "interval": {
                            "endTime": (now - timedelta(seconds=newest_s + 60 * n))
                            .isoformat(timespec="seconds").replace("+00:00", "Z")
                        },
                        "value": {kind: value},
                    }
                    for n, value in enumerate(shown)
                ]
            }
        ]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arrive", "apply", "newest", "expected"),
    [
        ([0, 0], [0.0, 0.2], 60, 60),
        ([0, 1800, 1800], [0.0], 60, 1860),
        ([0], [0.0, 2000.0], 120, 2120),
        ([0], [-1.0], 60, None),
        ([0], [0.0], 600, None),
        ([], [0.0], 60, None),
    ],
)
def test_the_loss_is_what_never_arrived_as_well(
    gcp_plan: Plan, stack: str, monkeypatch: pytest.MonkeyPatch,
    arrive: list[float], apply: list[float], newest: float, expected: float | None,
) -> None:  # fmt: skip
    """A link that was slow for half an hour is half an hour of loss, though all is applied."""
    get = Google.get

    def monitored(self: Google, service: str, path: str, **query: str) -> dict[str, Any]:
        if service != "MONITORING":
            return get(self, service, path, **query)
        network = "/network_lag" in query["filter"]
        kind = "int64Value" if network else "doubleValue"
        return points(arrive if network else apply, kind, newest)

    monkeypatch.setattr(Google, "get", monitored)
    loss = open_roles(stack).expected_loss(gcp_plan, "ledger-a", sites(gcp_plan)[1])
    assert loss.seconds == (None if expected is None else pytest.approx(expected, abs=5))


def test_a_refusal_is_a_sentence(gcp_plan: Plan) -> None:
    """What Google refuses ends as RoleError with its number."""
    google = Google()
    with pytest.raises(RoleError, match="was refused with 4"):
        google.change("POST", "SQL", "projects/tricenter-offline/instances", {"name": "UPPER"})
    with pytest.raises(RoleError, match="has no leader to take over from"):
        open_roles(new_stack()).switchover(gcp_plan, "ledger-a", sites(gcp_plan)[1])


def test_offline_never_calls_google_itself(monkeypatch: pytest.MonkeyPatch, gcp_plan: Plan) -> None:
    """Without the emulator's address the verbs refuse, instead of asking the real cloud."""
    monkeypatch.delenv("GOOGLE_SQL_CUSTOM_ENDPOINT")
    with pytest.raises(RoleError, match="GOOGLE_SQL_CUSTOM_ENDPOINT is not"):
        open_roles("ledger-dev").observe(gcp_plan)


def test_a_busy_instance_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """409 says that another operation runs: the request is made again, and no other error is."""
    import requests

    answers = [(409, "{}"), (409, "{}"), (200, '{"name": "op"}'), (400, "{}")]
    sent: list[str] = []

    def answer(method: str, url: str, **options: object) -> Any:
        sent.append(method)
        code, text = answers.pop(0)
        return dataclasses.make_dataclass("Answer", ["status_code", "text"])(code, text)

    monkeypatch.setattr(requests, "request", answer)
    google = Google()
    assert google.change("PATCH", "SQL", "projects/p/instances/i", {}) == {"name": "op"}
    assert len(sent) == 3
    with pytest.raises(RoleError, match="refused with 400"):
        google.change("PATCH", "SQL", "projects/p/instances/i", {})


@settings(
    max_examples=runs(5, 16),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["switchover", "failover", "prepare"]),
            st.integers(0, 1),
            st.integers(0, 2),
        ),
        max_size=8,
    )
)
def test_any_sequence_of_verbs_leaves_one_leader(
    gcp_plan: Plan, verbs: list[tuple[str, int, int]]
) -> None:
    """After each verb the site leads, alone, and whatever was not named has not moved."""
    stack = new_stack()
    make_databases(gcp_plan, stack)
    roles = open_roles(stack)
    roles.prepare(gcp_plan)
    city, remote = sites(gcp_plan)
    expected = preferred(gcp_plan)
    for verb, which, where in verbs:
        name, site = gcp_plan.databases[which].name, [*city, remote][where]
        if verb == "prepare":
            assert roles.prepare(gcp_plan) == ()
            continue
        getattr(roles, verb)(gcp_plan, name, site)
        expected[name] = site
        observed = roles.observe(gcp_plan)
        assert leaders(observed) == expected
        assert all(m.health != "gone" for seen in observed.values() for m in seen.members)
