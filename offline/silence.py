"""Regions that are silent: what is asked of them hangs, as it does where a network is gone.

A region that is back is `stale` for as long as its cloud has not seen to it: its old leaders are
still what they were.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Condition
from typing import Literal

Way = Literal["silent", "stale"]
START = "/tricenter/"
WAYS: Mapping[str, Way] = {"silent": "silent", "stale": "stale"}
VERBS = ("PUT", "DELETE")


@dataclass(slots=True)
class Silence:
    """Which regions of a cloud are away, and how; for any number of threads, while it runs.

    `PUT /tricenter/silent/REGION` begins it, DELETE ends it; the same with `stale`.
    """

    regions: set[tuple[Way, str]] = field(default_factory=set[tuple[Way, str]])
    changed: Condition = field(default_factory=Condition)

    def change(self, verb: str, path: str) -> bool:
        """Whether a request is about a region being away; then that is done."""
        way, _, region = path.removeprefix(START).partition("/")
        found = WAYS.get(way) if path.startswith(START) else None
        if found is None or verb not in VERBS:
            return False
        one: tuple[Way, str] = (found, region)
        with self.changed:
            (self.regions.add if verb == "PUT" else self.regions.discard)(one)
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
