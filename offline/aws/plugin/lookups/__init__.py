"""Look-ups (the SDK's `get_...` functions) that the stand-in answers, found by a folder scan.

Each file has LOOKUPS: function by token. A look-up that no file names is refused.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from tricenter.offline.aws.plugin.cloud import Cloud
from tricenter.offline.aws.plugin.values import Props

Lookup = Callable[[Cloud, Props], Props]


@cache
def find_lookups() -> Mapping[str, Lookup]:
    """All look-ups by token."""
    found: dict[str, Lookup] = {}
    for name in sorted(module.name for module in iter_modules(__path__)):
        found.update(import_module(f"{__name__}.{name}").LOOKUPS)
    return found
