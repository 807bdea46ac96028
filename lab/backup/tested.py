"""The newest restore test of each database that succeeded, as a record that a spec's user keeps."""

from collections.abc import Iterable
from typing import Any

from tricenter.lab.backup import asking
from tricenter.lab.backup.journal import Entry
from tricenter.lab.deployed import deployed_plan
from tricenter.lab.stack import Stack
from tricenter.topology.restore_record import RESTORE_TEST


def restore_tests(stack: Stack) -> tuple[dict[str, Any], ...]:
    """The records of a stack, by database."""
    topology = deployed_plan(stack).topology
    found: dict[str, dict[str, Any]] = {}
    for definition in asking.definitions(stack):
        newest = newest_tests(asking.journal(stack, definition.site))
        found |= {name: record(topology, entry) for name, entry in newest.items()}
    return tuple(found[name] for name in sorted(found))


def newest_tests(entries: Iterable[Entry]) -> dict[str, Entry]:
    """The newest restore test of each database that succeeded, in a journal."""
    return {
        str(entry["database"]): entry
        for entry in entries
        if entry.get("event") == "end" and entry.get("kind") == "restore-test" and entry.get("ok")
    }


def record(topology: str, entry: Entry) -> dict[str, Any]:
    """What was measured: bytes that were restored, seconds of copying and of replaying."""
    return {
        "schema": RESTORE_TEST,
        "topology": topology,
        "database": entry["database"],
        "at": entry["at"],
        "size": entry["size"],
        "copied": entry["copied"],
        "replayed": entry["replayed"],
    }
