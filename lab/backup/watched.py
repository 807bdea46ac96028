"""What a site's scheduler has seen of its repository and done, asked from outside its host."""

import json
import time
from typing import Any

from tricenter.lab.backup.asking import ask, journal
from tricenter.lab.backup.definition import STATUS
from tricenter.lab.backup.journal import Entry
from tricenter.lab.backup.stanza import Stanza, from_data
from tricenter.lab.host import read_host_file
from tricenter.lab.stack import Stack

FRESH_S = 30.0
"""What the scheduler has seen counts so long; after that it is asked for anew."""


def watched(stack: Stack, site: str) -> tuple[dict[str, Stanza], tuple[Entry, ...]]:
    """The stanzas of a site's repository by database, and the events of its scheduler."""
    content = read_host_file(stack, site, STATUS)
    said: dict[str, Any] = json.loads(content) if content else {}
    found = _stanzas(said.get("repository", ()))
    stale = any(time.time() - stanza.looked > FRESH_S for stanza in found.values())
    if not found or stale:
        found = look_now(stack, site)
    return found, tuple(journal(stack, site))


def look_now(stack: Stack, site: str) -> dict[str, Stanza]:
    """The stanzas of a site's repository as they are at this moment."""
    return _stanzas(ask(stack, site, "mending", {"verb": "look"})["repository"])


def _stanzas(data: Any) -> dict[str, Stanza]:
    return {entry["database"]: from_data(entry) for entry in data}
