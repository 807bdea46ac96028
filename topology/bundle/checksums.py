"""The checksums of a bundle's files: they tell damage, and nothing of who changed a file.

There is no key in them. Where a copy comes from tells whether it is ours: a machine on a cloud
takes its own by the digest in its site's secret, and `tricenter render` gives them again.
"""

import hashlib
from collections.abc import Mapping

NAME = "SHA256SUMS"


def checksums(texts: Mapping[str, str]) -> str:
    """The text of SHA256SUMS for files by name, in the form that `sha256sum --check` reads."""
    found = {name: _sum(text) for name, text in sorted(texts.items()) if name != NAME}
    return "".join(f"{digest}  {name}\n" for name, digest in found.items())


def differences(texts: Mapping[str, str]) -> tuple[str, ...]:
    """Where files are not as their checksums say, in sentences; nothing where all are."""
    if NAME not in texts:
        return (f"{NAME} is missing",)
    stated: dict[str, str] = {}
    for line in texts[NAME].splitlines():
        digest, gap, name = line.partition("  ")
        if not gap or name in stated:
            return (f"{NAME} cannot be read",)
        stated[name] = digest
    found = {name: _sum(text) for name, text in texts.items() if name != NAME}
    wrong = [f"{name} was changed" for name in sorted(stated.keys() & found)
             if found[name] != stated[name]]  # fmt: skip
    wrong += [f"{name} is missing" for name in sorted(stated.keys() - found)]
    wrong += [f"{name} has no checksum" for name in sorted(found.keys() - stated)]
    return tuple(wrong)


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
