"""A machine's first minutes: what it is told is done, and its own program makes it a site.

Follows topology/render/cloud_init.py and its node.py; what these name and what is not there, or
what they start without having made it, is a fault of the machine.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import yaml

from tricenter.offline.machines.errors import MachineFault
from tricenter.offline.machines.first_boot import FirstBoot
from tricenter.offline.machines.instance import Cloud, Instance

NODE, PROGRAM = "/etc/tricenter/node.json", "/etc/tricenter/node.py"
FILES = "/var/lib/tricenter/files.json"
UNITS = "/etc/systemd/system/"
PREPARE = "tricenter-prepare.service"
ETCD, PATRONI = "/usr/bin/etcd", "/opt/patroni/bin/patroni"


class NotYet(MachineFault):
    """A machine waits for something that its cloud has not given it yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booted:
    """A machine that has become a site: its folder, and the settings that its services run with.

    `voice` is the text of etcd's settings, None without a voice; `databases` are the folders of
    Patroni's settings by scope's name; `program` is the text of its own program, `node` what that
    is told: in whose `secret` is named which `bucket` has the site's newest files.
    """

    site: str
    stack: str
    node: Mapping[str, Any]
    program: str
    root: Path
    voice: Mapping[str, Any] | None
    databases: Mapping[str, Path]


def boot(instance: Instance, cloud: Cloud, root: Path) -> Booted:
    """Make a machine a site below a folder that stands for its root.

    Raises NotYet while something has still to come, MachineFault for what will never do.
    """
    first = cloud.first_boot(instance)
    files = first.files
    node: dict[str, Any] = _json(files, NODE)
    if PROGRAM not in files:
        raise MachineFault(f"the first boot writes no {PROGRAM}, which makes the machine a site")
    started = _started(first)
    if instance.disk is None:
        raise NotYet("the data disk has not come: is its volume attached?")
    secret = read_secret(cloud, node)
    made = dict(cast(dict[str, str], secret["files"]))
    made |= _own_files(files, cloud, node, secret)
    for database in node["databases"]:
        shared = {"max_connections": database["connections"]}
        size = {"bootstrap": {"dcs": {"postgresql": {"parameters": shared}}}}
        if database["creates"]:
            made[f"/srv/etc/patroni/{database['name']}/size.yml"] = json.dumps(size)
    _put(root, made)
    commands = [command for name, command in started.items() if name != PREPARE]
    return Booted(
        site=node["site"],
        stack=str(node["secret"]).removesuffix(f"-{node['site']}"),
        node=node,
        program=files[PROGRAM],
        root=root,
        voice=_voice(root, commands),
        databases=dict(_databases(root, commands, first)),
    )


def read_secret(cloud: Cloud, node: Mapping[str, Any]) -> dict[str, Any]:
    """The document that the store of secrets has for a site; raises NotYet."""
    try:
        return json.loads(cloud.secret(node["secret"], node["region"], node["project"]))
    except OSError as error:
        raise NotYet(f"the site's secret cannot be read: {error}") from None


def read_newest(
    cloud: Cloud, node: Mapping[str, Any], program: str, secret: Mapping[str, Any]
) -> dict[str, Any]:
    """What the site's bucket has, judged by the machine's own program; raises NotYet."""
    module = ModuleType("node")
    exec(compile(program, PROGRAM, "exec"), module.__dict__)  # noqa: S102 - ours
    key = f"config/{node['site']}.json"
    try:
        text = cloud.read(secret["bucket"], key, node["region"])
        return module.genuine(text.encode(), secret)
    except OSError as error:
        raise NotYet(f"{key} cannot be taken from {secret['bucket']}: {error}") from None


def _json(files: Mapping[str, str], path: str) -> Any:
    try:
        return json.loads(files[path])
    except KeyError:
        raise MachineFault(f"the first boot writes no {path}") from None
    except ValueError as error:
        raise MachineFault(f"{path} of the first boot is no JSON: {error}") from None


def _started(first: FirstBoot) -> dict[str, str]:
    """The command of each service that the first boot starts, by its unit."""
    found: dict[str, str] = {}
    files = first.files
    for words in first.commands:
        if words[:2] == ("systemctl", "start"):
            for name in (word for word in words[2:] if word.endswith(".service")):
                unit = files.get(UNITS + name)
                if unit is None:
                    raise MachineFault(f"unit {name} is started, but nothing writes it")
                if PREPARE not in unit:
                    raise MachineFault(f"unit {name} does not wait for {PREPARE}")
                lines = [line for line in unit.splitlines() if line.startswith("ExecStart=")]
                if not lines:
                    raise MachineFault(f"unit {name} starts nothing")
                found[name] = lines[-1].removeprefix("ExecStart=")
    if UNITS + PREPARE not in files:
        raise MachineFault(f"the first boot writes no {PREPARE}")
    return found


def _own_files(
    files: Mapping[str, str], cloud: Cloud, node: Mapping[str, Any], secret: Mapping[str, Any]
) -> dict[str, str]:
    """The files of the site: written at the first boot, or too large for it and in the bucket."""
    if FILES in files:
        return cast(dict[str, str], _json(files, FILES))
    return read_newest(cloud, node, files[PROGRAM], secret)["files"]


def _put(root: Path, files: Mapping[str, str]) -> None:
    """Write files below the folder; paths inside Patroni's settings are below it as well."""
    for path, text in files.items():
        place = root / path.removeprefix("/")
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        place.touch(mode=0o600)
        below = text.replace("/srv/", f"{root}/srv/") if "/patroni/" in path else text
        place.write_text(below, encoding="utf-8")


def _voice(root: Path, commands: list[str]) -> Mapping[str, Any] | None:
    for command in commands:
        program, _, rest = command.partition(" ")
        if program == ETCD:
            path = root / rest.removeprefix("--config-file ").strip().removeprefix("/")
            if not path.exists():
                raise MachineFault(f"etcd has no settings: {rest}")
            return cast(Mapping[str, Any], yaml.safe_load(path.read_text(encoding="utf-8")))
    return None


def _databases(root: Path, commands: list[str], first: FirstBoot) -> list[tuple[str, Path]]:
    found: list[tuple[str, Path]] = []
    for command in commands:
        program, _, folder = command.partition(" ")
        if program == PATRONI:
            if not _installs_patroni(first):
                raise MachineFault(f"{PATRONI} is started, but nothing installs it by its hash")
            path = root / folder.strip().removeprefix("/")
            if not (path / "member.yml").exists():
                raise MachineFault(f"Patroni has no settings in {folder}")
            found.append((path.name, path))
    return found


def _installs_patroni(first: FirstBoot) -> bool:
    pip = str(Path(PATRONI).with_name("pip"))
    return any(
        command[0] == pip
        and "--require-hashes" in command
        and any(first.files.get(word, "").count("\npatroni==") for word in command)
        for command in first.commands
    )
