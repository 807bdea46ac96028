"""A machine becomes a site by its user data alone; what is wrong with it is found and said."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.offline.machines.hall import STACK, Hall
from tricenter.offline.machines.boot import NotYet, boot, read
from tricenter.offline.machines.errors import MachineFault

pytestmark = pytest.mark.cloud

SITE = "jakarta-1"
Break = Callable[[dict[str, Any]], object]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """Machines that nobody has switched on; those that a change starts are switched off."""
    made = Hall(tmp_path)
    yield made
    made.fleet.end()


def start(hall: Hall, tmp_path: Path) -> Any:
    """Boot one machine."""
    return boot(hall.cloud.machines[SITE], hall.cloud, tmp_path / "root")


def rewrite(hall: Hall, change: Break) -> None:
    """Change the user data of the machine."""
    settings = read(hall.cloud.told[SITE])
    change(settings)
    hall.cloud.told[SITE] = b"#cloud-config\n" + yaml.safe_dump(settings).encode()


def drop(path: str) -> Break:
    """A change: a file is not written."""

    def change(settings: dict[str, Any]) -> None:
        kept = [entry for entry in settings["write_files"] if entry["path"] != path]
        assert len(kept) < len(settings["write_files"])
        settings["write_files"] = kept

    return change


def replace_in(path: str, old: str, new: str) -> Break:
    """A change: a file has another text."""

    def change(settings: dict[str, Any]) -> None:
        entry = next(entry for entry in settings["write_files"] if entry["path"] == path)
        assert old in entry["content"]
        entry["content"] = entry["content"].replace(old, new)

    return change


def forget(first: str) -> Break:
    """A change: a command of the first boot is left out."""

    def change(settings: dict[str, Any]) -> None:
        kept = [command for command in settings["runcmd"] if command[0] != first]
        assert len(kept) < len(settings["runcmd"])
        settings["runcmd"] = kept

    return change


UNITS = "/etc/systemd/system/"
PATRONI = "tricenter-database-ledger-a.service"
BROKEN: dict[str, tuple[Break, str]] = {
    "without a node": (drop("/etc/tricenter/node.json"), "writes no /etc/tricenter/node.json"),
    "without its program": (drop("/etc/tricenter/node.py"), "writes no /etc/tricenter/node.py"),
    "a unit that is not there": (drop(UNITS + PATRONI), f"unit {PATRONI} is started"),
    "no preparation": (drop(UNITS + "tricenter-prepare.service"), "tricenter-prepare"),
    "a unit that does not wait": (
        replace_in(UNITS + PATRONI, "tricenter-prepare", "other"),
        f"unit {PATRONI} does not wait",
    ),
    "no Patroni": (forget("/opt/patroni/bin/pip"), "nothing installs it"),
    "a Patroni without hashes": (
        lambda told: [c.remove("--require-hashes") for c in told["runcmd"] if "pip" in c[0]],
        "nothing installs it by its hash",
    ),
    "other settings": (
        replace_in(UNITS + PATRONI, "/srv/etc/patroni/ledger-a", "/srv/etc/patroni/other"),
        "Patroni has no settings in /srv/etc/patroni/other",
    ),
    "no settings of the store": (
        replace_in(UNITS + "tricenter-etcd.service", "etcd.yml", "etc.yml"),
        "etcd has no settings",
    ),
    "a node that is no JSON": (
        replace_in("/etc/tricenter/node.json", "{", "", ),
        "node.json of the user data is no JSON",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_broken_user_data_is_noticed(hall: Hall, tmp_path: Path, name: str) -> None:
    """Each harm to the user data of a machine that works keeps it from becoming a site."""
    harm, said = BROKEN[name]
    assert start(hall, tmp_path).site == SITE
    rewrite(hall, harm)
    with pytest.raises(MachineFault, match=said):
        start(hall, tmp_path)


@pytest.mark.parametrize("data", [b"", b"#!/bin/sh\ntrue\n", b"\x1f\x8bno", b"#cloud-config\n- a"])
def test_what_cloud_init_passes_over_is_no_site(hall: Hall, tmp_path: Path, data: bytes) -> None:
    """No user data, a script, a broken archive, a list: the machine stays what it was."""
    hall.cloud.told[SITE] = data
    with pytest.raises(MachineFault, match="user data"):
        start(hall, tmp_path)


def test_a_machine_waits_for_its_disk_and_secret(hall: Hall, tmp_path: Path) -> None:
    """It is no fault yet that the volume is not attached, or the secret not there."""
    disk = hall.cloud.machines[SITE].disk
    hall.change(SITE, disk=None)
    with pytest.raises(NotYet, match="data disk"):
        start(hall, tmp_path)
    hall.change(SITE, disk=disk)
    secret = hall.cloud.secrets.pop(f"{STACK}-{SITE}")
    with pytest.raises(NotYet, match="secret"):
        start(hall, tmp_path)
    hall.cloud.secrets[f"{STACK}-{SITE}"] = secret
    assert set(start(hall, tmp_path).databases) == {"ledger-a", "ledger-b"}


def test_large_settings_come_from_the_bucket(hall: Hall, tmp_path: Path) -> None:
    """Files that do not fit into the user data are the bucket's; without it the machine waits."""
    rewrite(hall, drop("/var/lib/tricenter/files.json"))
    with pytest.raises(NotYet, match=f"config/{SITE}.json"):
        start(hall, tmp_path)
    hall.deploy(SITE, hall.plan)
    assert set(start(hall, tmp_path).databases) == {"ledger-a", "ledger-b"}
    place = "files", f"config/{SITE}.json"
    hall.cloud.objects[place] = hall.cloud.objects[place].replace("ledger-a", "ledger-x")
    with pytest.raises(NotYet, match="not what the store of secrets says"):
        start(hall, tmp_path)


def test_patroni_listens_only_where_the_machine_is(hall: Hall) -> None:
    """A machine without the addresses of its settings runs no member."""
    hall.change(SITE, addresses=("10.65.0.10",))
    assert "cannot listen at 10.65.0.11" in hall.fleet.faults["held/here/jakarta-1"]
    hall.fleet.end()
