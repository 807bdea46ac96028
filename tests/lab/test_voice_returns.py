"""A machine's own program gives a voice with an empty disk its place again: against real etcd."""

import base64
import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from tricenter.components.site_secrets import new_seed, site_files
from tricenter.topology.addresses import readdress
from tricenter.topology.compile import compile_plan
from tricenter.topology.machine_program import program
from tricenter.topology.plan import Plan, PlannedHost
from tricenter.topology.render import etcd
from tricenter.topology.validate import load

pytestmark = [
    pytest.mark.lab,
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("etcd") is None, reason="there is no etcd"),
]

ROOT = Path(__file__).resolve().parent.parent.parent
KEY, VALUE = (base64.b64encode(text).decode() for text in (b"k", b"v"))


class Store:
    """Three voices on addresses of this machine's own, as a plan renders them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plan = _local(compile_plan(load(ROOT / "stacks/ledger.yaml"), "aws"))
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        files = {file.path: file.text for file in etcd.files(self.plan)}
        seed = new_seed()
        for host in self.plan.hosts:
            home = folder / host.name
            for path, text in site_files(seed, self.plan, host).items():
                if path.startswith("/srv/tls/"):
                    _write(home / path[1:], text)
            text = files[f"{host.name}/etcd/etcd.yml"].replace("/srv/", f"{home}/srv/")
            # All of them are on one machine here, so none may have its 127.0.0.1.
            _write(self.settings(host.name), text.replace(",https://127.0.0.1:2379", ""))
            (home / "srv/etcd").mkdir(mode=0o700)

    def settings(self, site: str) -> Path:
        """Where a voice's settings are."""
        return self.folder / site / "srv/etc/etcd/etcd.yml"

    def start(self, site: str) -> None:
        """Start a voice with its settings as they are."""
        log = (self.folder / f"{site}.log").open("ab")
        command = ["etcd", "--config-file", str(self.settings(site))]
        self.running[site] = subprocess.Popen(command, stdout=log, stderr=log)

    def end(self, site: str) -> None:
        """Kill a voice, as a loss of power does."""
        process = self.running.pop(site)
        process.kill()
        process.wait()

    def blank(self, site: str) -> None:
        """Kill a voice, and give its machine another disk and the rendered settings."""
        self.end(site)
        shutil.rmtree(self.folder / site / "srv/etcd/member")
        text = self.settings(site).read_text(encoding="utf-8")
        fresh = yaml.safe_load(text) | {"initial-cluster-state": "new"}
        _write(self.settings(site), yaml.safe_dump(fresh))

    def machine(self, site: str) -> tuple[ModuleType, dict[str, Any]]:
        """The program as it is on a site's machine, and what it is told."""
        module = ModuleType("node")
        exec(compile(program(), "node.py", "exec"), module.__dict__)  # noqa: S102
        home = self.folder / site / "srv"

        def tls() -> ssl.SSLContext:
            context = ssl.create_default_context(cafile=str(home / "tls/ca.crt"))
            context.load_cert_chain(str(home / "tls/host.crt"), str(home / "tls/host.key"))
            return context

        def write(path: Path, text: str, **_: object) -> bool:
            changed = path.read_text(encoding="utf-8") != text
            _write(path, text)
            return changed

        def read_own(path: Path, user: str = "") -> str:
            return path.read_text(encoding="utf-8")

        own: dict[str, object] = {"STORE": home / "etcd", "VOICE": self.settings(site)}
        # Here all is root's, in folders that nobody else may enter.
        module.__dict__.update(own | {"tls": tls, "write": write, "read_own": read_own})
        voices = {host.name: host.address for host in self.plan.hosts if host.voice}
        return module, {"site": site, "voices": voices}

    def ask(self, site: str, path: str, body: dict[str, Any]) -> tuple[int, Any] | None:
        """A voice's answer to a request of its gateway."""
        module, node = self.machine(site)
        url: str = module.voice_url(node["voices"][site], path)
        return module.ask(url, method="POST", body=body, timeout=3)

    def has_key(self, site: str) -> bool:
        """Whether a voice has the key in what it keeps itself."""
        found = self.ask(site, "kv/range", {"key": KEY, "serializable": True})
        return bool(found and found[0] == 200 and found[1].get("kvs"))

    def members(self, site: str) -> list[str]:
        """The names of the members, as one of them has them."""
        found = self.ask(site, "cluster/member/list", {})
        return sorted(m.get("name", "") for m in found[1]["members"]) if found else []

    def put(self, site: str) -> bool:
        """Whether a key could be set through a voice."""
        found = self.ask(site, "kv/put", {"key": KEY, "value": VALUE})
        return bool(found and found[0] == 200)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store of which nobody runs yet; all are ended afterwards."""
    found = Store(tmp_path)
    yield found
    for site in tuple(found.running):
        found.end(site)


def _local(plan: Plan) -> Plan:
    """The plan with its sites on addresses of the loopback device that no other test has."""

    def move(index: int, host: PlannedHost) -> PlannedHost:
        assert host.place is not None
        subnet = f"127.{20 + os.getpid() % 200}.{index}.0/24"
        return replace(host, place=replace(host.place, subnet=subnet))

    return readdress(replace(plan, hosts=tuple(move(*entry) for entry in enumerate(plan.hosts))))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)


def until(condition: Callable[[], object], longest_s: float = 20.0) -> None:
    """Wait for a condition."""
    ends = time.monotonic() + longest_s
    while not condition():
        assert time.monotonic() < ends, "it did not come true"
        time.sleep(0.1)


def test_a_voice_with_a_new_disk_joins_again(store: Store) -> None:
    """First start, a lost disk, a run that was killed half-way, and no majority: one after another.

    What etcd refuses is shown before: with the rendered settings alone the voice never comes back.
    """
    first, second, third = (host.name for host in store.plan.hosts)
    module, node = store.machine(third)
    assert not module.return_voice(node, 0), "nobody is there: a store that is being made"
    for site in (first, second):
        store.start(site)
    until(lambda: store.put(first))
    before = store.settings(third).read_text(encoding="utf-8")
    assert not module.return_voice(node, 0), "a voice that never served starts as it was rendered"
    assert store.settings(third).read_text(encoding="utf-8") == before
    store.start(third)
    until(lambda: store.has_key(third))
    assert not module.return_voice(node, 0), "a voice with a log is left alone"

    store.blank(third)
    store.start(third)
    refused = store.running.pop(third)
    assert refused.wait(20) != 0
    assert "has already been bootstrapped" in (store.folder / f"{third}.log").read_text()
    assert module.return_voice(node, 0)
    shutil.rmtree(module.STORE / "member", ignore_errors=True)
    assert not module.return_voice(node, 0), "a second run finds its place, and changes nothing"
    store.start(third)
    until(lambda: store.has_key(third))
    assert store.members(first) == sorted((first, second, third))

    store.blank(third)
    said = store.ask(first, "cluster/member/list", {})
    assert said is not None
    dead = next(m["ID"] for m in said[1]["members"] if m.get("name") == third)
    assert store.ask(first, "cluster/member/remove", {"ID": dead})
    assert module.return_voice(node, 0), "killed between taking away and adding: it goes on"
    store.start(third)
    until(lambda: store.has_key(third))

    store.blank(third)
    store.end(first)
    until(lambda: not store.put(second))
    assert not module.return_voice(node, 0), "without a majority nothing is taken away"
    assert third in store.members(second)
