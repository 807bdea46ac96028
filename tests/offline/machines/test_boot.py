"""A machine becomes a site by its user data alone; what is wrong with it is found and said."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.offline.machines.hall import STACK, Hall
from tricenter.offline.machines.boot import NotYet, boot
from tricenter.offline.machines.errors import MachineFault
from tricenter.offline.machines.first_boot import by_cloud_init, by_image, by_startup_script, read
from tricenter.topology.render.cloud_init import user_data
from tricenter.topology.render.startup_script import head, startup_script

pytestmark = pytest.mark.cloud

SITE = "jakarta-1"
Break = Callable[[dict[str, Any]], object]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """Machines that nobody has switched on; those that a change starts are switched off."""
    made = Hall(tmp_path)
    # In the form that a test can change piece by piece.
    made.cloud.told[SITE] = user_data(made.plan, made.plan.host(SITE), STACK).encode()
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
        "node.json of the first boot is no JSON",
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
        by_cloud_init(data)
    with pytest.raises(MachineFault):
        start(hall, tmp_path)


def test_a_real_shell_does_what_cloud_init_would(hall: Hall, tmp_path: Path) -> None:
    """The script writes the same files and runs the same commands, and makes the same site."""
    host = hall.plan.host(SITE)
    script = startup_script(hall.plan, host, STACK).encode()
    mine, other = by_startup_script(script), by_cloud_init(hall.cloud.told[SITE])
    written = {path: text for path, text in mine.files.items() if path in other.files}
    assert written == other.files
    own = {"/etc/chrony/chrony.conf", "/var/lib/tricenter/first-boot"}
    assert set(mine.files) - set(other.files) == own
    asked = settings_of(hall)
    assert mine.commands[0] == tuple(asked["bootcmd"][0])
    assert mine.commands[-len(other.commands) :] == other.commands
    (install,) = [words for words in mine.commands if words[:1] == ("apt-get",)][2:3]
    assert list(install[install.index("install") + 1 :]) == asked["packages"]
    hall.cloud.told[SITE] = script
    assert set(start(hall, tmp_path).databases) == {"ledger-a", "ledger-b"}


def test_a_machine_reads_what_its_image_reads(hall: Hall) -> None:
    """Debian's image on Compute Engine runs a startup script and has no cloud-init."""
    host = hall.plan.host(SITE)
    data = hall.cloud.told[SITE].decode()
    script = startup_script(hall.plan, host, STACK)
    debian = "https://x/compute/v1/projects/debian-cloud/global/images/debian-12-bookworm-v1"
    with pytest.raises(MachineFault, match="startup-script of the metadata, and there is none"):
        by_image(debian, {"user-data": data})
    assert by_image(debian, {"startup-script": script}).commands
    ubuntu = "projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-amd64"
    with pytest.raises(MachineFault, match="user data"):
        by_image(ubuntu, {"startup-script": script})
    assert by_image(ubuntu, {"user-data": data}).commands
    with pytest.raises(MachineFault, match="not known"):
        by_image("projects/mine/global/images/own", {"user-data": data})


@pytest.mark.parametrize(
    ("script", "said"),
    [("#!/bin/sh\ntouch /tmp/x\n", "not a site's"), (head() + "run false\nexit 3\n", "fails")],
)
def test_no_other_script_is_run(script: str, said: str) -> None:
    """Somebody else's script is not run on this machine; one that fails makes no site."""
    with pytest.raises(MachineFault, match=said):
        by_startup_script(script.encode())


def settings_of(hall: Hall) -> dict[str, Any]:
    """The settings that a machine's user data has."""
    return read(hall.cloud.told[SITE])


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
