"""A program inside a host that answers one request: JSON on standard input, JSON back."""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

from tricenter.topology.errors import TricenterError

Verbs = Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]]


def answer_one(verbs: Verbs) -> int:
    """Do what the request's verb says; exit code 1 and the reason when it cannot be met."""
    request = json.load(sys.stdin)
    try:
        answer = verbs[request["verb"]](request)
    except TricenterError as error:
        json.dump({"error": str(error)}, sys.stdout)
        return 1
    json.dump(answer, sys.stdout)
    return 0
