"""Asking many at the same time: each may be slow, none depends on another."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


def at_once(question: Callable[[Asked], Answer], asked: Iterable[Asked]) -> tuple[Answer, ...]:
    """The answers in the order of those asked; the first exception among them, if there is one."""
    everyone = tuple(asked)
    if not everyone:
        return ()
    with ThreadPoolExecutor(max_workers=min(16, len(everyone))) as pool:
        return tuple(pool.map(question, everyone))
