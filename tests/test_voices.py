"""A store's voices: how each comes up, what its log says, and what of it is unwell."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tricenter.lab.sayings import last_words
from tricenter.lab.store_once import is_runaway
from tricenter.lab.store_space import Space, beginnings
from tricenter.lab.unwell.kinds.voices import Seen, Voice, judge
from tricenter.lab.voices import Seat, course, standing
from tricenter.topology.compile import compile_plan
from tricenter.topology.document import parse
from tricenter.topology.errors import SpecError
from tricenter.topology.forecast import forecast
from tricenter.topology.render import etcd
from tricenter.topology.validate import load, validate

ROOT = Path(__file__).parent.parent
URL, ELSEWHERE = "https://10.77.1.10:2380", "https://10.77.9.10:2380"
SEAT = Seat(id="1", name="xihu", urls=(URL,), started=True, learner=False)
QUOTA = 128 << 20


@pytest.mark.parametrize(
    ("seat", "wanted"),
    [
        (SEAT, "member"),
        (replace(SEAT, learner=True), "learner"),
        (replace(SEAT, started=False, name=""), "announced"),
        (replace(SEAT, urls=(ELSEWHERE,)), "moved"),
        (replace(SEAT, name="tianfu", urls=(ELSEWHERE,)), "unknown"),
    ],
)
def test_standing_of_a_voice(seat: Seat, wanted: str) -> None:
    """What a store has of a voice goes by its URL, and by its name where that is another."""
    assert standing([seat], "xihu", URL) == wanted


@pytest.mark.parametrize(
    ("data", "at", "made", "others", "wanted"),
    [
        (True, "member", True, True, "start"),
        (True, None, True, True, "start"),
        (False, None, False, False, "found"),
        (False, None, False, True, "found"),
        (False, "announced", False, True, "found"),
        (False, "announced", True, True, "join"),
        (False, "member", True, True, "join"),
        (False, "member", False, True, "join"),
        (False, "unknown", True, True, "join"),
        (False, None, True, True, "wait"),
        (False, None, True, False, "found"),
    ],
)
def test_a_voice_without_data_founds_no_second_store(
    data: bool, at: str | None, made: bool, others: bool, wanted: str
) -> None:
    """Only where nothing of the store is left, or it never was complete, is one founded."""
    found = course(has_data=data, at=at, made=made, others_have_data=others)  # pyright: ignore[reportArgumentType]
    assert found == wanted


def line(level: str, message: str, error: str = "", at: str = "2026-11-30T08:00:00.000Z") -> str:
    """A line as etcd 3.4 writes it, with its trace."""
    trace = r',"stacktrace":"go.etcd.io/etcd/etcdmain.Main\n\tgo.etcd.io/etcd/main.go:46"'
    return f'{{"level":"{level}","ts":"{at}","msg":"{message}","error":"{error}"{trace}}}'


@pytest.mark.parametrize(
    ("log", "cause", "words"),
    [
        (line("fatal", "discovery failed", "member 35ec has already been bootstrapped"),
         "lost-data", "lost its data"),
        (line("fatal", "failed to read WAL, cannot be repaired", "walpb: crc mismatch"),
         "damaged", "log is damaged"),
        (line("fatal", "discovery failed", "proto: Record: wiretype end group for non-group"),
         "damaged", "log is damaged"),
        (line("fatal", "failed to open WAL", "fileutil: file already locked"),
         "place-taken", "another etcd"),
        (line("fatal", "discovery failed", "listen tcp :2380: bind: address already in use"),
         "place-taken", "another etcd"),
        (line("panic", "failed to open database", "invalid database") + "\npanic: failed to open"
         " database\n\ngoroutine 1 [running]:\ngo.uber.org/zap.Check(0xc0001)\n\t/build/x.go:2",
         "damaged", "database file"),
        (line("warn", "server error", "the member has been permanently removed from the cluster"),
         "removed", "removed it"),
        (line("warn", "dial tcp: no leader") + "\n" + line("warn", "snap: crc mismatch"),
         "alone", "majority"),
        ("2026-11-30 08:00:00.1 C | etcdmain: no space left on device", "disk", "disk is full"),
        (line("fatal", "discovery failed", "a new thing"), None, "fatal: discovery failed: a new"),
        ("it was part of the store and has lost its data: tricenter up", "lost-data", "lost its"),
    ],
)  # fmt: skip
def test_a_log_becomes_one_sentence(log: str, cause: str | None, words: str) -> None:
    """The last fatal line counts; no JSON and no trace is in what it becomes."""
    said = last_words(line("info", "started") + "\n" + log)
    assert said is not None
    assert (said.cause, words in said.sentence) == (cause, True), said
    assert not {"{", "\n", "\\n", "goroutine"} & set(said.sentence.split(" "))


def test_what_was_said_before_the_start_does_not_count() -> None:
    """A voice that runs is not judged by how the one before it ended."""
    log = line("fatal", "failed to read WAL", "walpb: crc mismatch")
    later = 1796025601.0  # one second after
    assert last_words(log, since=later) is None
    alone = line("warn", "dial tcp", at="2026-11-30T08:00:09.000Z")
    said = last_words(f"{log}\n{alone}", since=later)
    assert said is not None
    assert said.cause == "alone"
    assert last_words("") is None


def test_only_settings_for_once_make_a_runaway() -> None:
    """The supervisor's voice is none, nor is another program."""
    assert is_runaway(("etcd", "--config-file", "/srv/etc/etcd/alone.yml"))
    assert is_runaway(("/usr/bin/etcd", "--config-file", "/x/hosts/a/srv/etc/etcd/returning.yml"))
    assert not is_runaway(("etcd", "--config-file", "/x/hosts/a/srv/etc/etcd/etcd.yml"))
    assert not is_runaway(("python", "-m", "x", "etcd", "--config-file", "alone.yml"))
    assert not is_runaway(("etcd", "--config-file"))


def unwell(*voices: Voice, **changes: object) -> list[tuple[str, str | None, str]]:
    """Code, next command and who mends it, of everything that is unwell."""
    seen = Seen(voices=voices, majority=True, quota=QUOTA)
    return [(u.code, u.next, u.mends) for u in judge(replace(seen, **changes))]  # pyright: ignore[reportArgumentType]


def test_each_voice_is_unwell_in_one_way() -> None:
    """A lost voice is mended by `up` while the others can take it in, else by a failover."""
    up = ("tricenter up", "up")
    damaged = last_words(line("fatal", "x", "walpb: crc mismatch"))
    alone = last_words(line("warn", "dial tcp"))
    full = last_words(line("fatal", "x", "no space left on device"))
    well = Voice(host="a", serves=True)
    silent = Voice(host="a", serves=False)
    assert unwell(well) == []
    assert unwell(replace(silent, said=alone)) == [("voice-silent", *up)]
    assert unwell(replace(silent, said=damaged)) == [("voice-lost-data", *up)]
    assert unwell(replace(well, has_data=False)) == [("voice-lost-data", *up)]
    assert unwell(replace(well, at="unknown")) == [("voice-unknown-to-store", *up)]
    assert unwell(replace(silent, runaway=True)) == [("voice-runaway", *up)]
    [(code, command, mends)] = unwell(replace(silent, said=full))
    assert (code, mends, "du" in str(command)) == ("voice-silent", "person", True)
    [(code, command, mends)] = unwell(replace(silent, said=damaged), majority=False)
    assert (code, command, mends) == ("voice-lost-data", "tricenter failover --to SITE", "verb")


def test_a_full_store_breaks_failover_and_a_nearly_full_one_nothing() -> None:
    """Whose keys fill it is said where they are not ours."""
    full = Space(size=QUOTA, alarms=("NOSPACE",))
    nearly = Space(size=QUOTA * 9 // 10, alarms=())
    seen = Seen(voices=(), majority=True, quota=QUOTA, space=full)
    [found] = judge(seen)
    assert (found.code, found.next, found.breaks[0].measure) == (
        "store-full",
        "tricenter up",
        "failover",
    )
    [found] = judge(replace(seen, space=nearly, foreign=("junk/",)))
    assert (found.code, found.mends, found.breaks) == ("store-nearly-full", "person", ())
    assert "junk/" in found.says
    assert unwell(space=nearly) == [("store-nearly-full", None, "itself")]
    assert unwell(space=Space(size=QUOTA // 2, alarms=())) == []


def test_keys_of_others_are_named_once() -> None:
    """Up to their first inner slash, whole where they have none."""
    keys = ["/service/a/leader", "junk/1", "junk/2", "/other/x/y", "plain"]
    assert beginnings(keys) == ("/other/", "junk/", "plain")


def test_quota_leaves_the_smallest_disk_room() -> None:
    """Log, database and the copy that a defragmentation makes fit on every voice's disk."""
    plan = compile_plan(load(ROOT / "stacks/ledger.yaml"))
    assert etcd.quota_bytes(plan) == QUOTA
    small = replace(plan.hosts[0], disk_mib=256)
    tight = replace(plan, hosts=(small, *plan.hosts[1:]))
    assert etcd.quota_bytes(tight) == 32 << 20
    assert 2 * etcd.quota_bytes(tight) + (etcd.SEGMENTS_MIB << 20) <= small.disk_mib << 20


def test_a_site_that_only_answers_has_no_voice() -> None:
    """It is in no majority, no member asks it, and its distance slows no election."""
    spec = yaml.safe_load((ROOT / "stacks" / "ledger.yaml").read_text(encoding="utf-8"))
    spec["cities"]["lhasa"] = {"at": [29.65, 91.14], "hazards": []}
    site = {"city": "lhasa", "capacity": {"tps": 500, "connections": 100}}
    others, before = [*spec["sites"]], compile_plan(load(ROOT / "stacks" / "ledger.yaml"))
    spec["links"] += [{"between": ["lhasa-1", other], "rtt": "250ms"} for other in others]
    spec["sites"]["lhasa-1"] = site | {"voice": False}
    topology = validate(parse(json.dumps(spec)))
    plan = compile_plan(topology)
    assert (forecast(topology).voices, forecast(topology).majority) == (3, 2)
    assert [host.name for host in plan.hosts if host.voice] == sorted(others)
    assert len(etcd.client_hosts(plan, others[0])) == 3
    assert etcd.heartbeat_ms(plan) == etcd.heartbeat_ms(before)
    spec["sites"]["lhasa-1"] = site
    with pytest.raises(SpecError, match="even-voices.*`voice: false` at lhasa-1"):
        validate(parse(json.dumps(spec)))
