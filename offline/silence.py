"""Regions that are silent: what is asked of them hangs, as it does where a network is gone."""

from dataclasses import dataclass, field
from threading import Condition

PATH = "/tricenter/silent/"
"""PUT makes the region silent that the path ends with, DELETE ends that."""
VERBS = frozenset({"PUT", "DELETE"})


@dataclass(slots=True)
class Silence:
    """Which regions of a cloud are silent; for any number of threads, until the process ends."""

    regions: set[str] = field(default_factory=set[str])
    changed: Condition = field(default_factory=Condition)

    def change(self, verb: str, region: str) -> None:
        """Begin (PUT) or end (DELETE) the silence of a region."""
        with self.changed:
            (self.regions.add if verb == "PUT" else self.regions.discard)(region)
            self.changed.notify_all()

    def hold(self, region: str | None) -> bool:
        """Wait for as long as a region is silent; whether it was.

        What waited here was never heard: whoever asked has given up, and asks again.
        """
        with self.changed:
            if region not in self.regions:
                return False
            self.changed.wait_for(lambda: region not in self.regions)
            return True
