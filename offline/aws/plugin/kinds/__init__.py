"""The kinds of resources that the stand-in knows, one file a service, found by a folder scan.

Each file has KINDS, a list of `Kind`. A type that no file names is refused at Check.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from tricenter.offline.aws.plugin.kind import Kind
from tricenter.offline.aws.plugin.sdk import token_of


@cache
def find_kinds() -> Mapping[str, Kind]:
    """All kinds by type token; raises ValueError where two files have the same."""
    kinds: dict[str, Kind] = {}
    for name in sorted(module.name for module in iter_modules(__path__)):
        for kind in import_module(f"{__name__}.{name}").KINDS:
            token = token_of(kind.sdk_name)
            if token in kinds:
                raise ValueError(f"two kinds of {token}")
            kinds[token] = kind
    return kinds
