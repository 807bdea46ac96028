"""The orders of two losses and their returns, as steps that a series plays."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Act = Literal["lose", "return", "led", "wait", "lead-store"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `who` is first, second or third site, `seconds` a pause.

    `led` waits until another site than `who` leads; `lead-store` lets the voice of `who` lead the
    store.
    """

    act: Act
    who: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order of losses. The first site leads at its beginning; gaps are seconds, in turn."""

    name: str
    text: str
    gaps: tuple[float, ...]

    def steps(self, gap: float) -> tuple[Step, ...]:
        """What is done, with this gap."""
        return tuple(STEPS[self.name](gap))


def _taken_over(gap: float) -> Iterator[Step]:
    """The leader is lost, another leads, the first comes back, and soon the other is lost."""
    yield Step("lose", 0)
    yield Step("led", 0)
    yield Step("wait", seconds=2.0)
    yield Step("return", 0)
    yield Step("wait", seconds=gap)
    yield Step("lose", 1)
    yield Step("wait", seconds=15.0)
    yield Step("return", 1)


def _both(gap: float, first: int, second: int) -> Iterator[Step]:
    yield Step("lose", first)
    yield Step("wait", seconds=gap)
    yield Step("lose", second)
    yield Step("wait", seconds=5.0)


def _leader_then_next(gap: float) -> Iterator[Step]:
    yield from _both(gap, 0, 1)
    yield Step("return", 0)
    yield Step("wait", seconds=gap)
    yield Step("return", 1)


def _leader_then_next_back(gap: float) -> Iterator[Step]:
    yield from _both(gap, 0, 1)
    yield Step("return", 1)
    yield Step("wait", seconds=gap)
    yield Step("return", 0)


def _third_then_leader(gap: float) -> Iterator[Step]:
    yield from _both(gap, 2, 0)
    yield Step("return", 2)
    yield Step("wait", seconds=gap)
    yield Step("return", 0)


def _next_then_leader(gap: float) -> Iterator[Step]:
    yield from _both(gap, 1, 0)
    yield Step("return", 0)
    yield Step("wait", seconds=gap)
    yield Step("return", 1)


def _flap(gap: float) -> Iterator[Step]:
    yield Step("lose", 0)
    yield Step("wait", seconds=gap)
    yield Step("return", 0)
    yield Step("wait", seconds=gap)
    yield Step("lose", 0)
    yield Step("led", 0)
    yield Step("return", 0)


def _store_leader(gap: float) -> Iterator[Step]:
    """The remote site is lost while its voice leads the store: healthy leaders must go on."""
    yield Step("lead-store", 2)
    yield Step("wait", seconds=1.0)
    yield Step("lose", 2)
    yield Step("wait", seconds=gap)
    yield Step("return", 2)


STEPS = {
    "taken-over": _taken_over,
    "leader-next": _leader_then_next,
    "leader-next-back": _leader_then_next_back,
    "third-leader": _third_then_leader,
    "next-leader": _next_then_leader,
    "flap": _flap,
    "store-leader": _store_leader,
}
SOON = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)
ANY = (1.0, 3.0, 7.0, 15.0, 30.0)
ORDERS = {
    order.name: order
    for order in (
        Order(name="taken-over", text="leader lost, back, and soon its successor lost", gaps=SOON),
        Order(name="leader-next", text="leader and next lost, leader back first", gaps=ANY),
        Order(name="leader-next-back", text="leader and next lost, next back first", gaps=ANY),
        Order(name="third-leader", text="remote and leader lost, remote back first", gaps=ANY),
        Order(name="next-leader", text="next and leader lost, leader back first", gaps=ANY),
        Order(name="flap", text="leader lost twice", gaps=ANY),
        Order(name="store-leader", text="the site lost whose voice leads the store", gaps=(20.0,)),
    )
}
