"""A machine's own program on a machine that runs: settings, copies and voices."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from copy import deepcopy
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tricenter.topology.addresses import own_plan
from tricenter.topology.compile import compile_plan
from tricenter.topology.machine_program import NODE, PROGRAM, program, without_words
from tricenter.topology.render import cloud_init
from tricenter.topology.validate import load

ROOT = Path(__file__).parent.parent
PLAN = own_plan(compile_plan(load(ROOT / "stacks/ledger-mixed.yaml"), "mixed"))
SITE, VOTER, REMOTE = "jurong", "changi", "jakarta-1"
Answer = tuple[int, Any] | None


@cache
def in_bucket() -> str:
    """What a site's bucket has for its machine."""
    return cloud_init.site_object(PLAN, PLAN.host(SITE), "s")


def told() -> Any:
    """What a machine is told, as its bucket has it."""
    return json.loads(json.loads(in_bucket())["machine"][NODE])


class World:
    """What answers a machine; `sent` are the requests that change something."""

    def __init__(self, folder: Path) -> None:
        self.node = told()
        self.database = self.node["databases"][0]
        assert self.database["fetch"] == "/run/database-ledger-a/fetch-log"
        self.database["fetch"] = str(folder / "fetch-log")
        self.config: Any = deepcopy(self.database["settings"])
        self.leader: str | None = SITE
        self.patch: list[Answer] = []
        self.members: dict[str, Any] = {}
        self.sent: list[tuple[str, str, Any]] = []
        self.said: list[str] = []
        self.now = 1000.0
        self.module = ModuleType("node")
        exec(compile(program(), "node.py", "exec"), self.module.__dict__)  # noqa: S102

        class Clock:
            """Time that a test moves, and that no wait takes."""

            time = staticmethod(lambda: self.now)
            sleep = staticmethod(lambda _: None)

        def write(path: Path, text: str, **_: object) -> bool:
            path.write_text(text, encoding="utf-8")
            return True

        own: dict[str, Any] = {
            "ask": self.ask, "write": write, "print": self.said.append, "time": Clock,
            "KEPT": folder, "rest_login": lambda _: "operator:x", "branch_of": lambda *_: [(1, 50)],
            "acting_as": lambda _: nullcontext(),
        }  # fmt: skip
        self.module.__dict__.update(own)

    def ask(self, url: str, *, method: str = "GET", body: Any = None, **_: Any) -> Answer:
        """The answer to a request."""
        path = "/" + url.split("/", 3)[3] if url.count("/") > 2 else "/"
        if method != "GET":
            self.sent.append((method, path, body))
            return self.patch.pop(0) if self.patch else (200, {})
        if path == "/config":
            return self.config if self.config is None else (200, self.config)
        if path == "/cluster":
            return 200, {"members": list(self.roles())}
        if path == "/history":
            return 200, [[1, 50, "", ""]]
        return 200, self.members["leader" if "leads" in url else "own"]

    def roles(self) -> Any:
        """The members as the store has them."""
        yield {"name": REMOTE, "role": "quorum_standby", "state": "streaming"}
        if self.leader:
            url = "https://leads/patroni"
            yield {"name": self.leader, "role": "leader", "state": "running", "api_url": url}

    def settle(self) -> None:
        """What the timer does for the settings."""
        self.module.settle(self.node, self.database)

    def mend(self, minutes: float) -> None:
        """What the timer does for the copy, some time later."""
        self.now += minutes * 60
        self.module.mend_copy(self.node, self.database)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A machine whose members are as they should be."""
    return World(tmp_path)


def test_nothing_is_sent_where_nothing_differs(world: World) -> None:
    """Settings that are the spec's are left alone, and nothing is said."""
    world.settle()
    assert (world.sent, world.said) == ([], [])


def test_a_changed_spec_reaches_the_members(world: World) -> None:
    """Only what differs is sent, a pause ends, and one line says both."""
    world.config |= {"synchronous_mode": "on", "pause": True}
    world.settle()
    assert world.sent == [("PATCH", "/config", {"synchronous_mode": "quorum", "pause": None})]
    (line,) = world.said
    assert "pause is on, synchronous_mode is on and not quorum" in line


@pytest.mark.parametrize(("leader", "sends"), [(SITE, True), (None, True), (VOTER, False)])
def test_only_the_leaders_machine_decides(world: World, leader: str | None, sends: bool) -> None:
    """Machines with different files never undo each other's settings; without a leader any may."""
    world.leader = leader
    world.config["ttl"] = 300
    world.settle()
    assert bool(world.sent) is sends


@pytest.mark.parametrize(
    ("answers", "count"),
    [([(409, ""), (503, "")], 3), ([(400, "no")], 1), ([(503, "")] * 9, 5), ([None] * 9, 5)],
)
def test_a_change_that_is_refused(world: World, answers: list[Answer], count: int) -> None:
    """409 and 503 are of the moment and asked again, with an end; whatever else is said at once."""
    world.patch = answers
    world.config["ttl"] = 300
    world.settle()
    assert len(world.sent) == count
    assert len(world.said) == 1


def test_a_member_that_does_not_answer_is_left_alone(world: World) -> None:
    """Nothing is sent blindly."""
    world.config = None
    world.settle()
    assert world.sent == []


def copies(world: World, position: int = 40, **more: Any) -> None:
    """Our copy stands still on timeline 1, and the leader is on timeline 2."""
    log = {"received_location": position, "replayed_location": position}
    own = {"state": "running", "role": "replica", "timeline": 1, "xlog": log}
    leads = {"state": "running", "role": "primary", "timeline": 2, "xlog": {"location": 99}}
    world.leader, world.members = VOTER, {"own": own | more, "leader": leads}
    world.module.__dict__["branch_of"] = lambda *_: []


def test_a_copy_that_stands_still_is_made_anew_after_a_bound(world: World) -> None:
    """Not before a quarter of an hour, and the time begins anew whenever it moves or follows."""
    copies(world)
    world.mend(0)
    assert Path(world.database["fetch"]).exists(), "the archive is tried first"
    world.mend(10)
    copies(world, 45)
    world.mend(10)
    world.mend(10)
    assert world.sent == []
    copies(world, 45, replication_state="streaming")
    world.mend(1)
    assert not Path(world.database["fetch"]).exists()
    copies(world, 45)
    world.mend(1)
    world.mend(14)
    assert world.sent == []
    world.mend(2)
    assert world.sent == [("POST", "/reinitialize", {"force": True})]
    assert "is made anew from its leader" in world.said[-1]


def test_a_copy_with_log_of_its_own_is_left_to_a_person(world: World) -> None:
    """Each run says why."""
    copies(world, 51)
    world.mend(0)
    world.mend(16)
    assert world.sent == []
    assert "is not made anew: it has log that the leader has not" in world.said[-1]


def voices(members: list[dict[str, Any]], led: int = 2) -> Callable[..., Answer]:
    """A store of which `led` other voices have a leader; it does what it is told."""

    def ask(url: str, *, body: Any = None, **_: Any) -> Answer:
        if url.endswith("maintenance/status"):
            return (200, {"leader": "7"}) if told()["voices"][REMOTE] in url or led == 2 else None
        if url.endswith("member/remove"):
            members[:] = [m for m in members if m["ID"] != body["ID"]]
        if url.endswith("member/add"):
            members.append({"ID": "9", "peerURLs": body["peerURLs"]})
        return 200, {"members": list(members)}

    return ask


def voice(site: str, **more: Any) -> dict[str, Any]:
    """A member of the store, as etcd lists it."""
    url = f"https://{told()['voices'][site]}:2380"
    return {"ID": site, "name": site, "peerURLs": [url], "clientURLs": ["x"]} | more


@pytest.mark.parametrize(
    ("own", "led", "joins"),
    [
        ([voice(SITE)], 2, True),
        ([voice(SITE, name="", clientURLs=[])], 2, True),
        ([], 2, True),
        ([voice(SITE, clientURLs=[])], 2, False),
        ([voice(SITE)], 1, False),
    ],
)
def test_a_voice_with_an_empty_disk(
    world: World, tmp_path: Path, own: list[dict[str, Any]], led: int, joins: bool
) -> None:
    """It joins where its old self is gone; not a store in the making, not a minority."""
    settings = tmp_path / "etcd.yml"
    text = cloud_init.host_files(PLAN, PLAN.host(SITE))["/srv/etc/etcd/etcd.yml"]
    settings.write_text(text, encoding="utf-8")
    members = [voice(VOTER), voice(REMOTE), *own]
    world.module.__dict__.update(
        {"ask": voices(members, led), "STORE": tmp_path / "etcd", "VOICE": settings}
    )
    assert world.module.return_voice(world.node, 0) is joins
    after = settings.read_text(encoding="utf-8")
    assert ("initial-cluster-state: existing" in after) is joins
    assert world.module.lasting(after) == world.module.lasting(text)
    assert "force-new-cluster" not in program()
    if not joins:
        assert after == text
        assert members == [voice(VOTER), voice(REMOTE), *own]


def test_a_voice_with_a_log_is_never_touched(world: World, tmp_path: Path) -> None:
    """Nothing is even asked of the others."""
    (tmp_path / "etcd/member/wal").mkdir(parents=True)
    (tmp_path / "etcd/member/wal/0000000000000000-0000000000000000.wal").touch()
    world.module.__dict__.update({"STORE": tmp_path / "etcd", "ask": None})
    assert world.module.return_voice(world.node, 0) is False


def test_the_bucket_has_program_and_plan() -> None:
    """What a running machine takes anew is what a new one is told at its first boot."""
    host = PLAN.host(SITE)
    held = json.loads(in_bucket())["machine"]
    data = cloud_init.user_data(PLAN, host, "s")
    assert set(held) == {NODE, PROGRAM}
    assert held[PROGRAM] == program()
    assert all(line.strip() in data for text in held.values() for line in text.splitlines())
    shared = {d["name"]: d["settings"] for d in told()["databases"]}
    assert shared["ledger-a"]["synchronous_mode"] == "quorum"


def test_words_are_left_out_and_nothing_else() -> None:
    """The program on a machine is the template's, line by line, but for what explains it."""
    text = 'def f():\n    """Words."""\n    # more\n\n    x = "# no comment"\n    return x\n'
    assert without_words(text) == 'def f():\n    x = "# no comment"\n    return x\n'
