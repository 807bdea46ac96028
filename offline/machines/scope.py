"""Patroni keeps one shared configuration a process; here each database has one of its own.

Everything that enters Patroni's code for a member says so first, by `within`.
"""

import sys
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, cast

from patroni import global_config

if TYPE_CHECKING:
    from patroni.global_config import GlobalConfig
else:
    # Patroni puts the one object in its module's place.
    GlobalConfig = type(global_config)

_SCOPE: ContextVar[str] = ContextVar("scope", default="")
_KEPT: dict[str, dict[str, Any]] = {}


class ScopedConfig(GlobalConfig):
    """Patroni's shared configuration, of the database that the thread works for."""

    @property
    def _GlobalConfig__config(self) -> dict[str, Any]:  # noqa: N802 - Patroni's own name
        return _KEPT.get(_SCOPE.get(), {})

    @_GlobalConfig__config.setter
    def _GlobalConfig__config(self, value: dict[str, Any]) -> None:  # noqa: N802
        _KEPT[_SCOPE.get()] = value


def install() -> None:
    """Have Patroni use it; repeatable."""
    shared: Any = sys.modules["patroni.global_config"]
    shared.__class__ = ScopedConfig


def within(scope: str, call: Callable[..., Any]) -> Callable[..., Any]:
    """The same call, made for one database wherever it runs."""

    def run(*arguments: Any, **named: Any) -> Any:
        token = _SCOPE.set(scope)
        try:
            return call(*arguments, **named)
        finally:
            _SCOPE.reset(token)

    return run


def forget(scope: str) -> None:
    """Let go of a database's configuration."""
    _KEPT.pop(scope, None)


def shared() -> GlobalConfig:
    """Patroni's shared configuration."""
    return cast(GlobalConfig, sys.modules["patroni.global_config"])
