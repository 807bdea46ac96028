"""Regions that are silent: what is asked of them hangs, as it does where a network is gone.

A region that is back is `stale` for as long as its cloud has not seen to it: its old leaders are
still what they were.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition
from typing import Literal

Way = Literal["silent", "stale"]
START = "/tricenter/"
WAYS: Mapping[str, Way] = {"silent": "silent", "stale": "stale"}
VERBS = ("PUT", "DELETE")
FILE = "silence.json"
"""What a cloud's folder tells of it, to whoever looks after what stands in its regions."""


@dataclass(slots=True)
class Silence:
    """Which regions of a cloud are away, and how; for any number of threads.

    `PUT /tricenter/silent/REGION` begins it, DELETE ends it; the same with `stale`. `folder` is the
    cloud's own, where it outlives the process.
    """

    folder: Path
    regions: set[tuple[Way, str]] = field(default_factory=set[tuple[Way, str]])
    changed: Condition = field(default_factory=Condition)

    def __post_init__(self) -> None:
        """As it was when the process ended."""
        self.regions |= _kept(self.folder)

    def change(self, verb: str, path: str) -> bool:
        """Whether a request is about a region being away; then that is done."""
        way, _, region = path.removeprefix(START).partition("/")
        found = WAYS.get(way) if path.startswith(START) else None
        if found is None or verb not in VERBS:
            return False
        one: tuple[Way, str] = (found, region)
        with self.changed:
            (self.regions.add if verb == "PUT" else self.regions.discard)(one)
            draft = self.folder / f"{FILE}.new"
            draft.write_text(json.dumps(sorted(self.regions)), encoding="utf-8")
            draft.replace(self.folder / FILE)
            self.changed.notify_all()
        return True

    def hold(self, region: str | None) -> bool:
        """Wait for as long as a region is silent; whether it was.

        What waited here was never heard: whoever asked has given up, and asks again.
        """
        with self.changed:
            if region is None or ("silent", region) not in self.regions:
                return False
            self.changed.wait_for(lambda: ("silent", region) not in self.regions)
            return True

    def away(self, region: str) -> bool:
        """Whether the cloud has not yet seen to what is in a region."""
        with self.changed:
            return any((way, region) in self.regions for way in WAYS.values())


def silent_regions(folder: Path) -> frozenset[str]:
    """The regions of the cloud with this folder that answer nobody."""
    return frozenset(region for way, region in _kept(folder) if way == "silent")


def changed_at(folder: Path) -> int:
    """When that was last changed, in nanoseconds; 0 for never."""
    try:
        return (folder / FILE).stat().st_mtime_ns
    except OSError:
        return 0


def _kept(folder: Path) -> set[tuple[Way, str]]:
    with suppress(FileNotFoundError):
        kept: list[list[str]] = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return {(WAYS[way], region) for way, region in kept}
    return set()
