"""Work without an account: which clouds are emulated, by what, and the environment that uses it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Literal, Protocol, cast

import tricenter.offline
from tricenter.setup.places import state_directory
from tricenter.setup.toolchain import NO_DOWNLOAD

OFFLINE = "TRICENTER_OFFLINE"
"""The variable that says that clouds are emulated, by the value 1."""
TITLES = {"aws": "AWS", "gcp": "Google Cloud", "machines": "Machines"}


class Daemon(Protocol):
    """The process of an emulated cloud, whose state is in a folder."""

    def start(self, state: Path) -> str: ...

    def stop(self, state: Path) -> bool: ...

    def running(self, state: Path) -> str | None: ...


class Emulation(Protocol):
    """A package of this folder: how an emulated cloud is used.

    It may have `STAND_IN`, the folder of a provider plugin of ours, and `ADVICE`, how the real one
    is got. One with `EMULATES`, a sentence, is part of every cloud and has no provider of its own.
    """

    def environment(self, url: str) -> dict[str, str]: ...

    def provider_plugin(self, path: str | None = None) -> Path | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Emulated:
    """One emulated cloud: where it listens, and the provider plugin that will speak to it.

    `url` is None while its process does not run; `plugin` is None when neither the real one nor a
    stand-in can be had, and `advice` says how to get it. Machines have no provider (`none`):
    `advice` says what of them is real.
    """

    cloud: str
    url: str | None
    provider: Literal["real", "stand-in", "missing", "none"]
    plugin: Path | None
    advice: str
    state: Path

    def __str__(self) -> str:
        title = TITLES.get(self.cloud, self.cloud)
        where = f"emulated at {self.url}" if self.url else "emulated, not running"
        what = {
            "real": f"the real provider plugin ({self.plugin})",
            "stand-in": "tricenter's stand-in for the provider plugin",
            "missing": f"no provider plugin: {self.advice}",
            "none": self.advice,
        }[self.provider]
        return f"{title}: {where}; {what}"


def find_clouds() -> tuple[str, ...]:
    """The clouds that can be emulated: every package of this folder."""
    found = (entry.name for entry in iter_modules(tricenter.offline.__path__) if entry.ispkg)
    return tuple(sorted(found))


def state_of(cloud: str) -> Path:
    """The folder with an emulated cloud's state; it lasts between commands."""
    return state_directory() / "offline" / cloud


def look(cloud: str, path: str | None = None) -> Emulated:
    """How a cloud is emulated now, without starting anything."""
    return _emulated(cloud, _daemon(cloud).running(state_of(cloud)), path)


def start(cloud: str, path: str | None = None) -> Emulated:
    """The emulated cloud, its process started where it does not run."""
    return _emulated(cloud, _daemon(cloud).start(state_of(cloud)), path)


def stop(cloud: str) -> bool:
    """End a cloud's process; its state stays. Returns whether one ran."""
    return _daemon(cloud).stop(state_of(cloud))


def environment(
    clouds: tuple[Emulated, ...], base: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """The variables that make every Pulumi program and our own verbs use these emulated clouds."""
    found = {OFFLINE: "1", NO_DOWNLOAD: "true"}
    folders: list[str] = []
    for emulated in clouds:
        if emulated.url is not None:
            found |= _emulation(emulated.cloud).environment(emulated.url)
        if emulated.plugin is not None:
            folders.append(str(emulated.plugin.parent))
    known = base.get("PATH", os.defpath).split(os.pathsep)
    found["PATH"] = os.pathsep.join([*folders, *(part for part in known if part not in folders)])
    return found


def _emulated(cloud: str, url: str | None, path: str | None) -> Emulated:
    emulation = _emulation(cloud)
    own: Path | None = getattr(emulation, "STAND_IN", None)
    plugin = emulation.provider_plugin(path)
    if plugin is not None and own is not None and plugin.parent == own:
        plugin = None  # ours, on PATH from an earlier command
    provider: Literal["real", "stand-in", "missing", "none"] = "real"
    emulates: str | None = getattr(emulation, "EMULATES", None)
    if emulates is not None:
        provider, plugin = "none", None
    elif plugin is None:
        provider = "missing" if own is None else "stand-in"
        plugin = None if own is None else own / f"pulumi-resource-{cloud}"
    return Emulated(
        cloud=cloud,
        url=url,
        provider=provider,
        plugin=plugin,
        advice=emulates or getattr(emulation, "ADVICE", f"pulumi plugin install resource {cloud}"),
        state=state_of(cloud),
    )


def _emulation(cloud: str) -> Emulation:
    return cast(Emulation, import_module(f"tricenter.offline.{cloud}"))


def _daemon(cloud: str) -> Daemon:
    return cast(Daemon, import_module(f"tricenter.offline.{cloud}.daemon"))
