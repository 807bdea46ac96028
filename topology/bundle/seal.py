"""The seal of a bundle: checksums of its files, so that nobody runs what somebody has changed."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, cast

FORMAT = "tricenter.seal/v1"
NAME = "SEAL.json"


def seal(texts: Mapping[str, str]) -> str:
    """The text of SEAL.json for files by name; the same files give the same bytes."""
    sums = {name: _sum(text) for name, text in sorted(texts.items()) if name != NAME}
    whole = hashlib.sha256("".join(f"{s}  {n}\n" for n, s in sums.items()).encode()).hexdigest()
    return json.dumps({"format": FORMAT, "files": sums, "whole": whole}, indent=1) + "\n"


def broken(texts: Mapping[str, str]) -> tuple[str, ...]:
    """What is wrong with sealed files, in sentences; nothing when the seal holds."""
    if NAME not in texts:
        return (f"{NAME} is missing",)
    try:
        stated = cast(dict[str, Any], json.loads(texts[NAME]))
        sums = cast(dict[str, str], stated["files"])
    except (ValueError, KeyError, TypeError):
        return (f"{NAME} cannot be read",)
    found = {name: _sum(text) for name, text in texts.items() if name != NAME}
    wrong = [
        f"{name} was changed" for name in sorted(sums) if found.get(name, sums[name]) != sums[name]
    ]
    wrong += [f"{name} is missing" for name in sorted(sums) if name not in found]
    wrong += [f"{name} is not sealed" for name in sorted(found) if name not in sums]
    if not wrong and seal(texts) != texts[NAME]:
        wrong = [f"{NAME} was changed"]
    return tuple(wrong)


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
