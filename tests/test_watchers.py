"""What the clients of a drill note of names: which server said what, and when nobody did."""

from threading import Event
from types import SimpleNamespace
from typing import Any, cast

from tricenter.drills.workload.watchers import watch_names


class Noted(list[tuple[str, dict[str, Any]]]):
    """A history in memory that ends the watch after some entries."""

    def __init__(self, stop: Event, most: int) -> None:
        super().__init__()
        self.stop, self.most = stop, most

    def add(self, kind: str, **data: Any) -> None:
        """Keep an entry."""
        self.append((kind, data))
        if len(self) >= self.most:
            self.stop.set()


def test_every_answer_has_its_server() -> None:
    """By it a drill tells the provider that is lost from the one that is wrong."""
    stop = Event()
    noted = Noted(stop, 2)
    answers = {"db-rw": SimpleNamespace(addresses=("10.0.0.1",), ttl=1, server="192.0.2.1")}
    names = SimpleNamespace(ask=lambda name, turn: answers.get(name) if turn else None)
    settings = SimpleNamespace(
        databases=[SimpleNamespace(writer="db-rw")],
        public=[SimpleNamespace(name="api")],
        watch_every=0.0,
    )
    watch_names(cast(Any, settings), cast(Any, names), cast(Any, noted), cast(Any, stop))
    assert noted == [
        ("answer", {"name": "db-rw", "addresses": ["10.0.0.1"], "ttl": 1, "server": "192.0.2.1"}),
        ("unanswered", {"name": "api"}),
    ]
